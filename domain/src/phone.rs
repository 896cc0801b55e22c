//! Telephone numbers: their shape, and what the numbering plans know of them. Neither tells whether
//! anybody answers.

use serde::{Deserialize, Serialize};

use crate::named;
use crate::text::{Unicode, truncated, visible};

/// The fewest digits that are taken for a number.
pub const DIGITS_MIN: usize = 6;
/// The most digits of an international number (ITU-T E.164 §6.2.1).
pub const DIGITS_MAX: usize = 15;

/// A number as typed, with its digits counted. Whether anybody answers is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people have it: with digits and signs of full width or of another script, which
    /// UAX #15 folds, and dashes of every kind. Otherwise as [`PhoneNumber::parse`].
    #[must_use]
    pub fn read(text: &str, unicode: &impl Unicode) -> Option<Self> {
        if text.is_ascii() {
            return Self::parse(text);
        }
        // The length is looked at first: everything later is linear in a text that is known to be short.
        let text = visible(truncated(text, NUMBER_CHARS_MAX));
        Self::parse(&unicode.nfkc(&text).chars().map(plain).collect::<String>())
    }

    /// Parses a number written with digits, spaces, `+ - . ( ) /` and an extension (`x12`, `ext 12`,
    /// `*12`).
    ///
    /// Returns `None` when it has fewer than [`DIGITS_MIN`] or more than [`DIGITS_MAX`] digits
    /// before the extension, or any other character.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let (number, extension) = match lower.find(['x', 'e', '#', ';', '*']) {
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

/// The longest text that is read as a number, in characters.
const NUMBER_CHARS_MAX: usize = 200;

/// The ASCII character that a digit, dash or space stands for; libphonenumber reads the same.
fn plain(c: char) -> char {
    // The first digits of the scripts whose digits people dial with; each has ten in a row.
    const ZEROS: [u32; 12] =
        [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50];
    let code = u32::from(c);
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10));
    match (digit.and_then(|digit| char::from_digit(digit, 10)), c) {
        (Some(digit), _) => digit,
        (None, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}') => '-',
        (None, c) if c.is_whitespace() => ' ',
        (None, c) => c,
    }
}

fn extension_is_plausible(extension: &str) -> bool {
    let rest =
        extension.trim_start_matches(|c: char| c.is_ascii_alphabetic() || ".#;=:* ".contains(c));
    extension.is_empty()
        || ((1..=7).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// How many digits the national numbers of each country calling code have: a line for each, the code
/// and then the lengths that its plan knows, as ranges (`49 4-11,13-15`).
#[derive(Clone, Copy, Debug)]
pub struct PhoneLengths<'a>(&'a str);

impl<'a> PhoneLengths<'a> {
    /// Takes the table.
    #[must_use]
    pub const fn new(table: &'a str) -> Self {
        Self(table)
    }

    /// Returns the country calling code of a number that is written with one, and the lengths that
    /// its plan knows, when the number has none of them.
    ///
    /// `None` says nothing: the number may well be right, or it is written for its own country.
    #[must_use]
    pub fn misfit(self, number: &str) -> Option<(&'a str, &'a str)> {
        let number = number.trim().strip_prefix('+')?;
        let number = number.split(['x', 'X', 'e', 'E', '#', ';', '*']).next().unwrap_or_default();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        // No code is the beginning of another.
        let lines = self.0.lines().filter_map(|line| line.split_once(' '));
        let (code, lengths) = lines.into_iter().find(|(code, _)| digits.starts_with(code))?;
        let count = digits.len() - code.len();
        let fits = lengths.split(',').any(|range| {
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            (low.parse().unwrap_or(0)..=high.parse().unwrap_or(DIGITS_MAX)).contains(&count)
        });
        (!fits).then_some((code, lengths))
    }
}

named! {
    /// What kind of line a number belongs to, as far as its numbering plan tells.
    #[expect(missing_docs, reason = "each name is the kind itself")]
    pub enum PhoneKind {
        FixedLine = "fixed_line",
        Mobile = "mobile",
        FixedLineOrMobile = "fixed_line_or_mobile",
        TollFree = "toll_free",
        PremiumRate = "premium_rate",
        SharedCost = "shared_cost",
        Voip = "voip",
        PersonalNumber = "personal_number",
        Pager = "pager",
        Uan = "uan",
        Voicemail = "voicemail",
        Unknown = "unknown",
    }
}

named! {
    /// Whether a numbering plan has a number.
    pub enum PhoneVerdict {
        /// The plan assigns such numbers.
        Valid = "valid",
        /// It has the length of one, and no range of the plan holds it.
        Possible = "possible",
        /// It is too short or too long for its country.
        Impossible = "impossible",
    }
}

/// What the numbering plans know of a number (PRODUCT F4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhoneFacts {
    /// The number in E.164, without its extension.
    pub e164: String,
    /// The country or territory that the number belongs to, in ISO 3166-1; `001` is none in
    /// particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What kind of line it is.
    pub kind: PhoneKind,
    /// The extension, in digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Whether the plan has it.
    pub verdict: PhoneVerdict,
}

impl PhoneFacts {
    /// Reads the line that `plumbline_phone::describe_phone` writes; `None` for no number.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut field = || fields.next();
        let (e164, region, kind, extension, verdict) =
            (field()?, field()?, field()?, field()?, field()?);
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Some(Self {
            e164: e164.to_owned(),
            region: some(region),
            kind: PhoneKind::parse(kind)?,
            extension: some(extension),
            verdict: PhoneVerdict::parse(verdict)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_plans_say() {
        let facts = PhoneFacts::from_line("+442079460958\tGB\tfixed_line\t12\tvalid").unwrap();
        assert_eq!(
            (facts.e164.as_str(), facts.extension.as_deref()),
            ("+442079460958", Some("12"))
        );
        assert_eq!((facts.kind, facts.verdict), (PhoneKind::FixedLine, PhoneVerdict::Valid));
        let other = PhoneFacts::from_line("+180074\t\tunknown\t\timpossible").unwrap();
        assert_eq!((other.region, other.extension), (None, None));
        for bad in ["", "+1", "+1\tUS\thorse\t\tvalid", "+1\tUS\tmobile\t\tmaybe"] {
            assert_eq!(PhoneFacts::from_line(bad), None, "{bad}");
        }
    }

    #[test]
    fn knows_the_lengths_of_a_country() {
        let lengths = PhoneLengths::new("1 10\n44 7,9-10\n49 4-11,13-15\n");
        for good in ["+1 800 555 0199", "+44 20 7946 0958 ext 12", "030 901820", "+999 1", "+49"] {
            let expected = (good == "+49").then_some(("49", "4-11,13-15"));
            assert_eq!(lengths.misfit(good), expected, "{good}");
        }
        assert_eq!(lengths.misfit("+44 20 7946"), Some(("44", "7,9-10")));
        assert_eq!(lengths.misfit("+1 800 555 019"), Some(("1", "10")));
        assert_eq!(PhoneLengths::new("").misfit("+44 2"), None);
    }

    #[test]
    fn digits_of_full_width_and_of_other_scripts_are_read() {
        let read = |text| PhoneNumber::read(text, &crate::text::NativeUnicode).map(|n| n.0);
        for (typed, expected) in [
            ("０９０－１２３４－５６７８", "090-1234-5678"),
            ("\u{ff0b}81 90 1234 5678", "+81 90 1234 5678"),
            ("+44\u{2013}20\u{2013}7946\u{2013}0958", "+44-20-7946-0958"),
            ("\u{660}\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}", "0123456"),
            ("\u{202d}+44 20 7946 0958\u{202c}", "+44 20 7946 0958"),
            ("555.555.5555 *9", "555.555.5555 *9"),
        ] {
            assert_eq!(read(typed).as_deref(), Some(expected), "{typed}");
        }
        assert_eq!(read("千二百三十四"), None);
    }

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
