//! When a rule applies.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use regex_lite::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::{CountryGroup, ObservationKind, Signals};

/// The most days that a rule looks back.
pub(super) const DAYS_MAX: u32 = 3_650;
/// The longest regular expression, in bytes.
const PATTERN_BYTES_MAX: usize = 200;
/// What a compiled one may take, in bytes, by steps: what repeats repetitions takes more, and longer.
const PATTERN_SIZES: [usize; 5] = [512, 1_024, 2_048, 4_096, 8_192];
/// What one may take that is published already, perhaps when more was allowed: it goes on counting.
const PATTERN_SIZE_PUBLISHED: usize = 65_536;
/// So much of a fact an expression looks at, in bytes.
const MATCHED_BYTES_MAX: usize = 500;
/// The most values of a list, and the longest of them, in bytes.
const VALUES_MAX: usize = 500;
const VALUE_BYTES_MAX: usize = 400;
/// How deep conditions may lie within each other.
const DEPTH_MAX: usize = 6;
/// How many expressions are kept compiled: those of several models.
const COMPILED_MAX: usize = 100;

/// An answer that nothing asks for in particular.
const ANYTHING: &str = "\u{fffc}";

/// What somebody could answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer<'a> {
    /// These words.
    Text(Cow<'a, str>),
    /// Something that makes this condition hold.
    To(&'a Condition),
}

/// When a rule applies. All but the last two are about who a lead is (fit), these about what it did
/// (engagement).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// A fact is one of these values, with large letters or small; with one value, it equals it.
    OneOf {
        /// The name of the fact.
        fact: String,
        /// The values.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = VALUES_MAX)))]
        values: Vec<String>,
    },
    /// A fact is known.
    Given {
        /// The name of the fact.
        fact: String,
    },
    /// A fact is not known.
    Missing {
        /// The name of the fact.
        fact: String,
    },
    /// A fact has this text in it, in whatever case.
    Contains {
        /// The name of the fact.
        fact: String,
        /// The text.
        #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
        text: String,
    },
    /// A regular expression finds something in the first 500 bytes of a fact. It takes linear time, whatever
    /// it says.
    Matches {
        /// The name of the fact.
        fact: String,
        /// The expression.
        pattern: String,
    },
    /// A fact is a number from the first to the second, both included; a missing end is open. It may have
    /// thousands apart (`1,200`, `1 200`, `1.200`) and a fraction (`12.5`, `1,200.50`).
    Between {
        /// The name of the fact.
        fact: String,
        /// The lowest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<i64>,
        /// The highest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<i64>,
    },
    /// A fact is a country of this group.
    InGroup {
        /// The name of the fact.
        fact: String,
        /// The group.
        group: CountryGroup,
    },
    /// All of these hold.
    All(#[cfg_attr(feature = "schema", schemars(length(min = 1)))] Vec<Condition>),
    /// At least one of these holds.
    Any(#[cfg_attr(feature = "schema", schemars(length(min = 1)))] Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// Something was observed, each time it was.
    Observed(ObservationKind),
    /// Something was observed once, and nothing at all for so many days since.
    Silent {
        /// The days.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = DAYS_MAX)))]
        days: u32,
    },
}

/// What is wrong with a condition, or with the rule around it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// Points or a cap outside of what counts.
    #[error("its points or its cap are out of range")]
    Points,
    /// A number of days outside 1 to 3,650, or a count of none.
    #[error("its days are not between 1 and 3,650, or its count is not between 1 and 1,000")]
    Days,
    /// Two ways to fade at once.
    #[error("it fades both by half and in a line")]
    FadesTwice,
    /// A limit in points, time or number on a rule about who a lead is, or an end of all rules on one about
    /// what it did: it would do nothing.
    #[error("it has a bound that does nothing for it")]
    Idle,
    /// An id, a sentence or a group without a letter, or with too many.
    #[error("its id, its sentence or its group is empty or too long")]
    Name,
    /// More values than a list may have.
    #[error(
        "it asks for more than {VALUES_MAX} values, or for one of more than {VALUE_BYTES_MAX} bytes"
    )]
    Values,
    /// The lowest number above the highest, or neither.
    #[error("its range is upside down or has no end")]
    Range,
    /// A list of nothing, or a text of nothing.
    #[error("it asks for nothing")]
    Empty,
    /// A regular expression that cannot be read, or one that is too large.
    #[error("its expression cannot be used: {0}")]
    Pattern(String),
    /// Conditions within conditions beyond the limit.
    #[error("its conditions lie more than {DEPTH_MAX} deep")]
    TooDeep,
    /// What a lead did, among what it is.
    #[error("it mixes who a lead is with what it did")]
    Mixed,
    /// Exceptions that take longer than one lead can be scored in.
    #[error("its exceptions ask for more than one lead can be scored by")]
    Exceptions,
    /// A number of events or days that nobody can reach.
    #[error("it asks for more than is kept, or for nothing")]
    Usage,
    /// A name that limits have.
    #[error("its id is one that limits have: floor, ceiling, cap.…")]
    Reserved,
    /// A fact that no lead has.
    #[error("there is no field {0}")]
    UnknownFact(String),
}

impl Condition {
    /// Returns whether it is about what a lead did.
    #[must_use]
    pub const fn is_engagement(&self) -> bool {
        matches!(self, Self::Observed(_) | Self::Silent { .. })
    }

    /// Returns the one fact that it asks about itself, `None` where there is none or where it is made
    /// of others.
    #[must_use]
    pub fn fact(&self) -> Option<&str> {
        match self {
            Self::OneOf { fact, .. }
            | Self::Given { fact }
            | Self::Missing { fact }
            | Self::Contains { fact, .. }
            | Self::Matches { fact, .. }
            | Self::Between { fact, .. }
            | Self::InGroup { fact, .. } => Some(fact),
            _ => None,
        }
    }

    /// Returns the conditions that it is made of.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(part) => std::slice::from_ref(part),
            _ => &[],
        }
    }

    /// Calls `each` with it and with everything that it is made of.
    pub fn each<'a>(&'a self, each: &mut impl FnMut(&'a Self)) {
        each(self);
        self.parts().iter().for_each(|part| part.each(each));
    }

    /// Makes the question that it asks of its one fact, so that it can be asked often.
    pub fn question(&self) -> impl Fn(Option<&str>) -> bool + use<> {
        let this = self.clone();
        let expression = match self {
            Self::Matches { pattern, .. } => published(pattern),
            _ => None,
        };
        move |value| this.holds_for(value, expression.as_ref())
    }

    /// Returns answers that would make it hold, or its opposite where only silence makes it hold.
    pub(super) fn answers(&self) -> Vec<Answer<'_>> {
        match self {
            Self::OneOf { values, .. } => {
                values.iter().map(|value| Answer::Text(value.into())).collect()
            }
            Self::Contains { text, .. } => vec![Answer::Text(text.into())],
            Self::Between { from, to, .. } => from
                .or(*to)
                .map(|number| Answer::Text(number.to_string().into()))
                .into_iter()
                .collect(),
            Self::InGroup { group, .. } => vec![Answer::Text(group.example().into())],
            Self::Given { .. } | Self::Missing { .. } => vec![Answer::Text(ANYTHING.into())],
            // No text is made for an expression: it is enough that there is one.
            Self::Matches { .. } => vec![Answer::To(self)],
            _ => Vec::new(),
        }
    }

    /// Returns whether it holds once a fact that is not known is answered.
    pub(super) fn holds_by(&self, signals: &Signals, asked: &str, answer: &Answer<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds_by(signals, asked, answer)),
            Self::Any(parts) => parts.iter().any(|part| part.holds_by(signals, asked, answer)),
            Self::Not(part) => !part.holds_by(signals, asked, answer),
            other if other.fact() == Some(asked) => match answer {
                Answer::Text(text) => match self {
                    Self::Matches { pattern, .. } => {
                        compiled(pattern, |expression| other.holds_for(Some(text), expression))
                    }
                    _ => other.holds_for(Some(text), None),
                },
                Answer::To(question) => other == *question || matches!(other, Self::Given { .. }),
            },
            other => other.holds(signals),
        }
    }

    pub(super) fn holds(&self, signals: &Signals) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(signals)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(signals)),
            Self::Not(part) => !part.holds(signals),
            Self::Matches { fact, pattern } => {
                compiled(pattern, |expression| self.holds_for(signals.fact(fact), expression))
            }
            other => other.fact().is_some_and(|fact| other.holds_for(signals.fact(fact), None)),
        }
    }

    fn holds_for(&self, value: Option<&str>, expression: Option<&Regex>) -> bool {
        let Some(known) = value else { return matches!(self, Self::Missing { .. }) };
        match self {
            Self::Given { .. } => true,
            Self::OneOf { values, .. } => values.iter().any(|value| is_same_word(value, known)),
            Self::Contains { text, .. } => known.to_lowercase().contains(&text.to_lowercase()),
            Self::Matches { .. } => {
                let head = known.get(..known.floor_char_boundary(MATCHED_BYTES_MAX));
                expression.is_some_and(|expression| expression.is_match(head.unwrap_or(known)))
            }
            Self::Between { from, to, .. } => {
                read_number(known).is_some_and(|(number, is_whole)| {
                    let is_at_most = |to| number < to || number == to && is_whole;
                    from.is_none_or(|from| number >= from) && to.is_none_or(is_at_most)
                })
            }
            Self::InGroup { group, .. } => group.contains(known),
            _ => false,
        }
    }

    /// Checks what can be checked without knowing the leads.
    pub(super) fn check(&self, depth: usize) -> Result<(), RuleFault> {
        let sound = |is_sound: bool, fault| if is_sound { Ok(()) } else { Err(fault) };
        match self {
            Self::OneOf { values, .. } => {
                let fits = |value: &String| value.len() <= VALUE_BYTES_MAX;
                let is_short = values.len() <= VALUES_MAX && values.iter().all(fits);
                sound(!values.is_empty(), RuleFault::Empty)?;
                sound(is_short, RuleFault::Values)
            }
            Self::Contains { text, .. } => {
                sound(!text.is_empty(), RuleFault::Empty)?;
                sound(text.len() <= VALUE_BYTES_MAX, RuleFault::Values)
            }
            Self::Matches { pattern, .. } => check_pattern(pattern),
            Self::Between { from, to, .. } => {
                let is_open = from.is_none() && to.is_none();
                let is_reversed = from.zip(*to).is_some_and(|(from, to)| from > to);
                sound(!is_open && !is_reversed, RuleFault::Range)
            }
            Self::Given { .. } | Self::Missing { .. } | Self::InGroup { .. } => Ok(()),
            Self::Observed(_) => sound(depth == 0, RuleFault::Mixed),
            Self::Silent { days } => {
                sound(depth == 0, RuleFault::Mixed)?;
                sound((1..=DAYS_MAX).contains(days), RuleFault::Days)
            }
            Self::All(_) | Self::Any(_) | Self::Not(_) => {
                sound(depth < DEPTH_MAX, RuleFault::TooDeep)?;
                sound(!self.parts().is_empty(), RuleFault::Empty)?;
                self.parts().iter().try_for_each(|part| part.check(depth + 1))
            }
        }
    }
}

/// Returns the letters of a text as rules compare them: all small, and of sigma the one within words.
pub fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter })
}

/// Returns whether two texts are the same but for large letters and small.
fn is_same_word(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || !(one.is_ascii() && other.is_ascii()) && folded(one).eq(folded(other))
}

/// The signs of currencies that stand before or behind an amount.
const CURRENCY_SIGNS: &str = "$€£¥₹₽₩₺₴₫₦₪฿₱₡₲₵₸₼₾";

/// The codes of currencies (ISO 4217) that stand before or behind an amount.
const CURRENCY_CODES: [&str; 40] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MAD", "MXN", "MYR",
    "NGN", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "USD",
    "ZAR",
];

/// Returns an amount without the currency that stands before or behind it, as a sign or as a code.
fn without_currency(text: &str) -> &str {
    let is_sign = |c: char| CURRENCY_SIGNS.contains(c);
    let code_before = CURRENCY_CODES.iter().find_map(|code| text.strip_prefix(code));
    let text = code_before.unwrap_or(text).trim_start().trim_start_matches(is_sign).trim_start();
    let code_behind = CURRENCY_CODES.iter().find_map(|code| text.strip_suffix(code));
    code_behind.unwrap_or(text).trim_end().trim_end_matches(is_sign).trim_end()
}

/// Returns whether a number is below zero, and the rest of it behind its sign.
fn unsigned(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Reads a number as people and files write it, an amount with its currency too: the whole number at or
/// below it, and whether it is that one. Between three digits and three digits a comma or a point parts
/// thousands, unless another mark has done so before it.
#[must_use]
pub fn read_number(text: &str) -> Option<(i64, bool)> {
    let text = text.trim();
    // The sign stands before the currency or behind it.
    let (is_below, amount) = unsigned(text);
    let (is_negative, digits) = unsigned(without_currency(amount.trim_start()));
    let is_negative = is_negative || is_below;
    let is_mark = |letter: char| ",.'\u{2019} \u{a0}\u{2009}\u{202f}".contains(letter);
    let are_digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if !digits.split(is_mark).all(are_digits) {
        return None;
    }
    let mut groups = digits.split(is_mark);
    let first = groups.next()?;
    // Each group with the mark before it.
    let others: Vec<_> = digits.chars().filter(|letter| is_mark(*letter)).zip(groups).collect();
    let parting = others.first().map(|(mark, _)| *mark);
    let may_be_apart = first.len() <= 3 && !first.starts_with('0');
    let parts = |(mark, group): &&(char, &str)| Some(*mark) == parting && group.len() == 3;
    let thousands = others.iter().take_while(parts).count();
    let (apart, rest) = others.split_at(if may_be_apart { thousands } else { 0 });
    let fraction = match rest {
        [] => "",
        // A fraction follows a comma or a point, another mark than the one between thousands.
        [(mark @ (',' | '.'), group)] if apart.is_empty() || Some(*mark) != parting => group,
        _ => return None,
    };
    let whole = apart.iter().fold(first.to_owned(), |whole, (_, group)| whole + group);
    let number: i64 = whole.parse().ok()?;
    let is_whole = fraction.bytes().all(|digit| digit == b'0');
    Some(match (is_negative, is_whole) {
        (false, _) => (number, is_whole),
        (true, true) => (-number, true),
        (true, false) => (-number - 1, false),
    })
}

thread_local! {
    /// Expressions that were compiled: the same few are asked of lead after lead.
    static COMPILED: RefCell<BTreeMap<String, Option<Regex>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Asks something of an expression, which is compiled once; of one that cannot be, with nothing.
fn compiled<T>(pattern: &str, ask: impl FnOnce(Option<&Regex>) -> T) -> T {
    let known = COMPILED.with_borrow(|all| all.get(pattern).cloned());
    let found = known.unwrap_or_else(|| {
        let built = published(pattern);
        COMPILED.with_borrow_mut(|all| {
            if all.len() >= COMPILED_MAX {
                all.clear();
            }
            all.insert(pattern.to_owned(), built.clone());
        });
        built
    });
    ask(found.as_ref())
}

/// The program of an expression that was published.
fn published(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(PATTERN_SIZE_PUBLISHED).build().ok()
}

/// Checks an expression before it is published.
fn check_pattern(pattern: &str) -> Result<(), RuleFault> {
    let [.., largest] = PATTERN_SIZES;
    if pattern.is_empty() {
        return Err(RuleFault::Empty);
    }
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(RuleFault::Pattern(format!("it is longer than {PATTERN_BYTES_MAX} bytes")));
    }
    let built = RegexBuilder::new(pattern).size_limit(largest).build();
    built.map(drop).map_err(|error| RuleFault::Pattern(error.to_string()))
}

/// Returns how much memory an expression takes at most, in bytes: so long it takes for each letter.
pub(super) fn pattern_size(pattern: &str) -> usize {
    let fits = |size: &usize| RegexBuilder::new(pattern).size_limit(*size).build().is_ok();
    let [.., largest] = PATTERN_SIZES;
    PATTERN_SIZES.into_iter().find(fits).unwrap_or(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("12", (12, true)),
            (" +0012 ", (12, true)),
            ("1,200", (1_200, true)),
            ("1.200.000", (1_200_000, true)),
            ("1 200", (1_200, true)),
            ("1\u{2019}200,50", (1_200, false)),
            ("12.5", (12, false)),
            ("12,0", (12, true)),
            ("0.125", (0, false)),
            ("1234.567", (1_234, false)),
            ("-12", (-12, true)),
            ("-12.5", (-13, false)),
            ("1,200.505", (1_200, false)),
            ("1.200,50", (1_200, false)),
            ("1 200.00", (1_200, true)),
            ("$1,000.50", (1_000, false)),
            ("1.000,50 €", (1_000, false)),
            ("£1 000.50", (1_000, false)),
            ("USD 1000.50", (1_000, false)),
            ("1200 EUR", (1_200, true)),
            ("CHF 1\u{2019}200", (1_200, true)),
            ("-$5", (-5, true)),
            ("$-5", (-5, true)),
        ] {
            assert_eq!(read_number(text), Some(number), "{text}");
        }
        for text in [
            "",
            "many",
            "51-200",
            "1000+",
            "1.2.3",
            "1,,2",
            "12 5",
            "1,200,50",
            "1,200 505",
            "9223372036854775808",
            "on request",
            "top 5",
            "$",
            "USD",
        ] {
            assert_eq!(read_number(text), None, "{text}");
        }
        let between = Condition::Between { fact: "size".into(), from: Some(10), to: Some(12) };
        let holds = |text: &str| between.holds_for(Some(text), None);
        assert!(holds("10") && holds("11,5") && holds("12") && !holds("12.5") && !holds("9.9"));
    }

    #[test]
    fn large_letters_are_small_ones_in_every_script() {
        let one_of =
            Condition::OneOf { fact: "city".into(), values: vec!["ZÜRICH".into(), "Bern".into()] };
        let holds = |text: &str| one_of.holds_for(Some(text), None);
        assert!(holds("zürich") && holds("Zürich") && holds("BERN") && !holds("Zurich"));
        assert!(folded("ΟΔΟΣ").eq(folded("οδος")) && folded("ẞ").eq(folded("ß")));
    }

    #[test]
    fn an_expression_that_was_published_when_more_was_allowed_goes_on_counting() {
        let pattern = "(?:[a-z]{3}-?){40}".to_owned();
        let matches = Condition::Matches { fact: "city".into(), pattern };
        assert!(matches!(matches.check(0), Err(RuleFault::Pattern(_))));
        let mut signals = Signals::default();
        signals.set_fact("city", Some("abc-".repeat(40)));
        assert!(matches.holds(&signals) && matches.question()(signals.fact("city")));
        signals.set_fact("city", Some("abc-".repeat(30)));
        assert!(!matches.holds(&signals));
    }
}
