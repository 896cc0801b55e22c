//! Text as people type it: trimmed, bounded, free of control characters, in one Unicode form.

#[cfg(any(test, feature = "native"))]
mod native;

#[cfg(any(test, feature = "native"))]
pub use native::NativeUnicode;

/// What a character is to a name, after its general category (UAX #44).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// A letter of any script (L).
    Letter,
    /// A mark that combines with a letter (M).
    Mark,
    /// A decimal digit of any script (Nd).
    Digit,
    /// Everything else: symbols, punctuation, and what is not assigned.
    Other,
}

/// What the surrounding runtime knows about Unicode, so that no tables travel with the core.
///
/// The browser and workerd answer from their own engine; the Worker maps domains with the `idna`
/// crate, which is what counts.
pub trait Unicode {
    /// Returns `text` in Normalization Form C (UAX #15).
    fn nfc(&self, text: &str) -> String;
    /// Returns `text` in Normalization Form KC (UAX #15): look-alikes of compatibility folded.
    fn nfkc(&self, text: &str) -> String;
    /// Returns what `c` is to a name.
    fn category(&self, c: char) -> Category;
    /// Returns the A-label form of a domain by UTS #46 non-transitional, or `None` when it has none.
    fn domain_to_ascii(&self, domain: &str) -> Option<String>;
}

/// Unicode of a text that is known to be ASCII, where there is nothing to normalise.
#[derive(Clone, Copy, Debug)]
pub struct AsciiOnly;

impl Unicode for AsciiOnly {
    fn nfc(&self, text: &str) -> String {
        text.to_owned()
    }

    fn nfkc(&self, text: &str) -> String {
        text.to_owned()
    }

    fn category(&self, _: char) -> Category {
        Category::Other
    }

    fn domain_to_ascii(&self, _: &str) -> Option<String> {
        None
    }
}

/// Says why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// It holds a control, format, surrogate-like or bidirectional override character.
    ControlCharacter,
    /// It has more characters than allowed.
    TooLong,
}

/// Whether line breaks may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: a line break is a control character.
    Single,
    /// Several lines: line breaks and tabs stay, CR LF becomes LF.
    Many,
}

/// Trims `raw`, brings it to NFC and checks it against `max` characters.
///
/// Zero-width joiners stay, since several scripts and emoji need them; other invisible format
/// characters are refused, because they only ever hide something (attack cases 16, 17 and 20).
///
/// # Errors
/// [`TextError`] with the first thing that is wrong.
pub fn clean(
    raw: &str,
    lines: Lines,
    max: usize,
    unicode: &impl Unicode,
) -> Result<String, TextError> {
    // The length is looked at first: everything later is linear in a text that is known to be short.
    if raw.len() > max.saturating_mul(4).saturating_add(64) {
        return Err(TextError::TooLong);
    }
    let trimmed = raw.trim_matches(is_trimmable);
    let text =
        if lines == Lines::Many { trimmed.replace("\r\n", "\n") } else { trimmed.to_owned() };
    let allowed = |c: char| !is_hidden(c) || (lines == Lines::Many && matches!(c, '\n' | '\t'));
    if !text.chars().all(allowed) {
        return Err(TextError::ControlCharacter);
    }
    let text = if text.is_ascii() { text } else { unicode.nfc(&text) };
    if text.chars().count() > max { Err(TextError::TooLong) } else { Ok(text) }
}

/// Returns whether `c` may be cut from both ends: ASCII white space, no-break, zero-width and
/// ideographic space, BOM (P0 of VALIDATION §4).
#[must_use]
pub fn is_trimmable(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, '\u{a0}' | '\u{200b}' | '\u{feff}' | '\u{3000}')
}

/// Returns whether `c` is invisible and changes how text around it is read or stored.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffd}'
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{e0001}'..='\u{e007f}')
}

/// Cuts `text` to at most `max` characters, on a character boundary.
#[must_use]
pub fn truncated(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_or_says_why_not() {
        let one = |raw| clean(raw, Lines::Single, 5, &NativeUnicode);
        assert_eq!(one("  Ada\u{feff} ").as_deref(), Ok("Ada"));
        assert_eq!(one("e\u{301}").as_deref(), Ok("é"));
        assert_eq!(one("a\r\nb"), Err(TextError::ControlCharacter));
        assert_eq!(one("a\u{202e}b"), Err(TextError::ControlCharacter));
        assert_eq!(one("abcdef"), Err(TextError::TooLong));
        assert_eq!(clean("a\r\nb", Lines::Many, 5, &NativeUnicode).as_deref(), Ok("a\nb"));
    }
}
