//! Text as people type it: trimmed, bounded, free of control characters, in one Unicode form.

use std::borrow::Cow;

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
    /// It holds a control character (Cc), such as a line break in a single line.
    ControlCharacter,
    /// It has more characters than allowed.
    TooLong,
}

/// Whether line breaks may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: a line break is a control character, a tab is a space.
    Single,
    /// Several lines: tabs stay, and line breaks of every kind become LF.
    Many,
}

/// Takes invisible characters out of `raw`, trims it, brings it to NFC and checks it against `max`
/// characters.
///
/// What is invisible is never refused: direction marks, soft hyphens and tags come along with a copied
/// name, and whoever pastes them cannot see them. Joiners stay, since several scripts and emoji need them.
/// Control characters are refused, because they end lines and headers (attack cases 16, 17 and 20).
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
    let visible = visible(raw);
    let trimmed = visible.trim_matches(is_trimmable);
    let text = match lines {
        Lines::Many => trimmed.replace("\r\n", "\n").replace(is_line_break, "\n"),
        Lines::Single => trimmed.replace(['\t', '\u{2028}', '\u{2029}'], " "),
    };
    let allowed = |c: char| !c.is_control() || (lines == Lines::Many && matches!(c, '\n' | '\t'));
    if !text.chars().all(allowed) {
        return Err(TextError::ControlCharacter);
    }
    let text = if text.is_ascii() { text } else { unicode.nfc(&text) };
    if text.chars().count() > max { Err(TextError::TooLong) } else { Ok(text) }
}

/// Returns `text` without what is invisible and stands for nothing.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_invisible(c) || is_mark(c)) {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    // Behind a black flag, tags say whose flag it is (UTS #51 ED-14a).
    let mut is_flag = false;
    let stays = |c: &char| {
        let is_tag = matches!(*c, '\u{e0020}'..='\u{e007f}');
        marks = if is_mark(*c) { marks + 1 } else { 0 };
        let stays = (!is_invisible(*c) || (is_flag && is_tag)) && marks <= MARKS_MAX;
        is_flag = *c == '\u{1f3f4}' || (is_flag && is_tag);
        stays
    };
    Cow::Owned(text.chars().filter(stays).collect())
}

/// How many marks may stand on one letter: no script stacks more, and towers of them cover what is around.
const MARKS_MAX: usize = 4;

/// Returns whether `c` is a mark that stands on, in or below the letter before it.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Returns whether `c` ends a line (Unicode Standard §5.8), as text from a word processor has it.
fn is_line_break(c: char) -> bool {
    matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether `c` is invisible and stands for nothing in a name or a sentence: soft hyphens,
/// direction marks and embeddings, word joiners, tags, and code points that are no characters.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns whether `c` may be cut from both ends: white space of every kind but vertical tabs and separators
/// of lines, and what is invisible (P0 of VALIDATION §4).
#[must_use]
pub fn is_trimmable(c: char) -> bool {
    c.is_ascii_whitespace()
        || matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}')
        || (!c.is_ascii() && c.is_whitespace() && !is_line_break(c))
}

/// Returns whether `c` is invisible and changes how an address around it is read or stored.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || is_invisible(c)
        || matches!(c,
            '\u{2028}' | '\u{2029}' | '\u{fffd}'
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
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
        assert_eq!(one("a\tb").as_deref(), Ok("a b"));
        assert_eq!(one("a\0b"), Err(TextError::ControlCharacter));
        assert_eq!(one("abcdef"), Err(TextError::TooLong));
        let many = |raw| clean(raw, Lines::Many, 9, &NativeUnicode);
        assert_eq!(many("a\r\nb\u{b}c\u{2028}d").as_deref(), Ok("a\nb\nc\nd"));
    }

    #[test]
    fn invisible_characters_are_taken_out_and_joiners_stay() {
        let one = |raw: &str| clean(raw, Lines::Single, 60, &NativeUnicode).unwrap();
        for (raw, expected) in [
            (
                "\u{5d3}\u{5e0}\u{5d4} \u{5db}\u{5d4}\u{5df}\u{200f}",
                "\u{5d3}\u{5e0}\u{5d4} \u{5db}\u{5d4}\u{5df}",
            ),
            ("\u{645}\u{62d}\u{61c} \u{639}", "\u{645}\u{62d} \u{639}"),
            ("\u{202b}\u{645}\u{62d}\u{202c}", "\u{645}\u{62d}"),
            ("\u{200e}Ada Berg", "Ada Berg"),
            ("Donau\u{ad}dampf", "Donaudampf"),
            ("\u{3164}\u{180e}\u{2800}", ""),
            ("A\u{334}\u{334}\u{334}\u{334}\u{334}\u{334}da", "A\u{334}\u{334}\u{334}\u{334}da"),
            ("Ailsa\u{e0067}\u{e007f}", "Ailsa"),
            (
                "Ailsa \u{1f3f4}\u{e0067}\u{e0062}\u{e007f}\u{200f}\u{e0062}",
                "Ailsa \u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
            ),
            ("\u{2007}Ada\u{2003}", "Ada"),
            ("\u{645}\u{6cc}\u{200c}\u{6af}", "\u{645}\u{6cc}\u{200c}\u{6af}"),
            ("\u{1f469}\u{200d}\u{1f52c}", "\u{1f469}\u{200d}\u{1f52c}"),
            ("\u{200d}\u{2060}", ""),
        ] {
            assert_eq!(one(raw), expected, "{raw:?}");
        }
    }
}
