//! Unicode for a native program, from the tables that `idna` brings along.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use plumbline_domain::text::{Category, Unicode};

/// The answers that the edge gets from its engine.
pub struct NativeUnicode;

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
        idna::domain_to_ascii_strict(domain).ok()
    }
}
