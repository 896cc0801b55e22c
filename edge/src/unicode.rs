//! Unicode at the edge: normal forms from the engine, domains by the `idna` crate, which decides.

use plumbline_domain::text::{Category, Unicode};

/// The edge's own answers.
#[derive(Clone, Copy, Debug)]
pub struct EdgeUnicode;

impl Unicode for EdgeUnicode {
    fn nfc(&self, text: &str) -> String {
        String::from(js_sys::JsString::from(text).normalize("NFC"))
    }

    fn nfkc(&self, text: &str) -> String {
        String::from(js_sys::JsString::from(text).normalize("NFKC"))
    }

    fn category(&self, c: char) -> Category {
        let text = c.to_string();
        let is = |class: &str| js_sys::RegExp::new(class, "u").test(&text);
        match () {
            () if is("\\p{L}") => Category::Letter,
            () if is("\\p{M}") => Category::Mark,
            () if is("\\p{Nd}") => Category::Digit,
            () => Category::Other,
        }
    }

    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        // UTS #46 non-transitional with STD3 rules, hyphen and bidi checks (VALIDATION §4, P6).
        let ascii = idna::domain_to_ascii_strict(domain).ok()?;
        if !ascii.contains("xn--") {
            return Some(ascii);
        }
        // No registry sells code points that are not assigned (RFC 5892 §2.7).
        let (text, _) = idna::domain_to_unicode(&ascii);
        (!js_sys::RegExp::new("\\p{Cn}", "u").test(&text)).then_some(ascii)
    }
}
