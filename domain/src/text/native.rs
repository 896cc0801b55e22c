//! Unicode for a native program and for tests, from the tables that `idna` brings along.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

use super::{Category, Unicode};

/// The answers that a browser and the edge get from their engines.
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeUnicode;

/// Whether every code point that the A-labels of a domain stand for is assigned: no registry sells others
/// (RFC 5892 §2.7).
fn is_assigned(ascii: &str) -> bool {
    if !ascii.contains("xn--") {
        return true;
    }
    let (text, _) = idna::domain_to_unicode(ascii);
    let category = CodePointMapData::<GeneralCategory>::new();
    text.chars().all(|c| category.get(c) != GeneralCategory::Unassigned)
}

impl Unicode for NativeUnicode {
    fn nfc(&self, text: &str) -> String {
        ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
    }

    fn nfkc(&self, text: &str) -> String {
        ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
    }

    fn category(&self, c: char) -> Category {
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        match category {
            GeneralCategory::DecimalNumber => Category::Digit,
            _ if GeneralCategoryGroup::Letter.contains(category) => Category::Letter,
            _ if GeneralCategoryGroup::Mark.contains(category) => Category::Mark,
            _ => Category::Other,
        }
    }

    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        let ascii = idna::domain_to_ascii_strict(domain).ok()?;
        is_assigned(&ascii).then_some(ascii)
    }
}
