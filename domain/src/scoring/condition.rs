//! When a rule applies.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex_lite::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::{CountryGroup, ObservationKind, Signals};

/// The longest regular expression, in bytes.
const PATTERN_BYTES_MAX: usize = 200;
/// The most memory that a compiled one may take: what repeats repetitions takes more.
const PATTERN_SIZE_MAX: usize = 64 * 1024;
/// The most values of a list, and the longest of them, in bytes.
const VALUES_MAX: usize = 500;
const VALUE_BYTES_MAX: usize = 400;
/// How deep conditions may lie within each other.
const DEPTH_MAX: usize = 6;
/// How many expressions are kept compiled: those of several models.
const COMPILED_MAX: usize = 100;

/// When a rule applies. All but the last two are about who a lead is (fit), these about what it did
/// (engagement).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// A fact is one of these values; with one value, it equals it.
    OneOf {
        /// The name of the fact.
        fact: String,
        /// The values.
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
        text: String,
    },
    /// A regular expression finds something in a fact. It takes linear time, whatever it says.
    Matches {
        /// The name of the fact.
        fact: String,
        /// The expression.
        pattern: String,
    },
    /// A fact is a whole number from the first to the second, both included; a missing end is open.
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
    All(Vec<Condition>),
    /// At least one of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// Something was observed, each time it was.
    Observed(ObservationKind),
    /// Something was observed once, and nothing at all for so many days since.
    Silent {
        /// The days.
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
            Self::Matches { pattern, .. } => expression(pattern).ok(),
            _ => None,
        };
        move |value| this.holds_for(value, expression.as_ref())
    }

    /// Returns whether it holds, whatever is not known of the lead; `None` where that depends on it.
    pub(super) fn judge(&self, signals: &Signals) -> Option<bool> {
        let decided_by = |wanted: bool, parts: &[Self]| {
            let judged: Vec<_> = parts.iter().map(|part| part.judge(signals)).collect();
            // One that is as wanted decides; else one that is not known leaves it open.
            let decides = judged.contains(&Some(wanted));
            (decides || !judged.contains(&None)).then_some(decides == wanted)
        };
        match self {
            Self::All(parts) => decided_by(false, parts),
            Self::Any(parts) => decided_by(true, parts),
            Self::Not(part) => part.judge(signals).map(|holds| !holds),
            other => {
                let is_known = other.fact().is_none_or(|fact| signals.fact(fact).is_some());
                is_known.then(|| other.holds(signals))
            }
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
            Self::OneOf { values, .. } => values.iter().any(|value| value == known),
            Self::Contains { text, .. } => known.to_lowercase().contains(&text.to_lowercase()),
            Self::Matches { .. } => expression.is_some_and(|expression| expression.is_match(known)),
            Self::Between { from, to, .. } => known.trim().parse::<i64>().is_ok_and(|number| {
                from.is_none_or(|from| number >= from) && to.is_none_or(|to| number <= to)
            }),
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
            Self::Matches { pattern, .. } => expression(pattern).map(drop),
            Self::Between { from, to, .. } => {
                let is_open = from.is_none() && to.is_none();
                let is_reversed = from.zip(*to).is_some_and(|(from, to)| from > to);
                sound(!is_open && !is_reversed, RuleFault::Range)
            }
            Self::Given { .. } | Self::Missing { .. } | Self::InGroup { .. } => Ok(()),
            Self::Observed(_) => sound(depth == 0, RuleFault::Mixed),
            Self::Silent { days } => {
                sound(depth == 0, RuleFault::Mixed)?;
                sound((1..=3_650).contains(days), RuleFault::Days)
            }
            Self::All(_) | Self::Any(_) | Self::Not(_) => {
                sound(depth < DEPTH_MAX, RuleFault::TooDeep)?;
                sound(!self.parts().is_empty(), RuleFault::Empty)?;
                self.parts().iter().try_for_each(|part| part.check(depth + 1))
            }
        }
    }
}

thread_local! {
    /// Expressions that were compiled: the same few are asked of lead after lead.
    static COMPILED: RefCell<BTreeMap<String, Option<Regex>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Asks something of an expression, which is compiled once; of one that cannot be, with nothing.
fn compiled<T>(pattern: &str, ask: impl FnOnce(Option<&Regex>) -> T) -> T {
    let known = COMPILED.with_borrow(|all| all.get(pattern).cloned());
    let found = known.unwrap_or_else(|| {
        let built = expression(pattern).ok();
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

fn expression(pattern: &str) -> Result<Regex, RuleFault> {
    if pattern.is_empty() {
        return Err(RuleFault::Empty);
    }
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(RuleFault::Pattern(format!("it is longer than {PATTERN_BYTES_MAX} bytes")));
    }
    let built = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE_MAX).build();
    built.map_err(|error| RuleFault::Pattern(error.to_string()))
}
