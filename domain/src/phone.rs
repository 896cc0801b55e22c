//! Telephone numbers, as far as their shape alone tells: how many digits, and nothing about reach.

use serde::{Deserialize, Serialize};

/// The fewest digits that are taken for a number.
pub const DIGITS_MIN: usize = 6;
/// The most digits of an international number (ITU-T E.164 §6.2.1).
pub const DIGITS_MAX: usize = 15;

/// A number as typed, with its digits counted. Whether anybody answers is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Parses a number written with digits, spaces, `+ - . ( ) /` and an extension (`x12`, `ext 12`).
    ///
    /// Returns `None` when it has fewer than [`DIGITS_MIN`] or more than [`DIGITS_MAX`] digits
    /// before the extension, or any other character.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let (number, extension) = match lower.find(['x', 'e', '#', ';']) {
            Some(at) => (lower.get(..at)?, lower.get(at..)?),
            None => (lower.as_str(), ""),
        };
        let plus_leads = number.rfind('+').is_none_or(|at| at == 0);
        let allowed = |c: char| c.is_ascii_digit() || " +-.()/\u{a0}".contains(c);
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let shape = plus_leads
            && number.chars().all(allowed)
            && (DIGITS_MIN..=DIGITS_MAX).contains(&digits)
            && extension_is_plausible(extension);
        shape.then(|| Self(text.trim().to_owned()))
    }

    /// Returns the number as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn extension_is_plausible(extension: &str) -> bool {
    let rest =
        extension.trim_start_matches(|c: char| c.is_ascii_alphabetic() || ".#;=: ".contains(c));
    extension.is_empty()
        || ((1..=7).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_digits() {
        for good in
            ["+44 20 7946 0958", "(030) 901820", "020 7946 0958 x12", "1-800-555-0199 ext. 4"]
        {
            assert!(PhoneNumber::parse(good).is_some(), "{good}");
        }
        for bad in ["", "12345", "+1234567890123456", "call me", "12+345678", "020 7946 0958 x"] {
            assert!(PhoneNumber::parse(bad).is_none(), "{bad}");
        }
    }
}
