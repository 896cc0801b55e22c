//! What a model says, before it is compiled.

use std::fmt;
use std::sync::Arc;

use crate::table::{Value, ValueRef};

/// A question about a text, or about nothing known, that somebody else answers.
#[derive(Clone)]
pub struct Question(Arc<Answer>);

type Answer = dyn Fn(Option<&str>) -> bool + Send + Sync;

impl Question {
    /// Takes what answers it. It is asked once for every distinct value of a field.
    pub fn new(answer: impl Fn(Option<&str>) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(answer))
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Question")
    }
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What has to be true of a lead.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The field has this value.
    Equals(String, Value),
    /// The field has one of these values.
    OneOf(String, Vec<Value>),
    /// The field is a number, and at least this.
    AtLeast(String, f64),
    /// The field is a number, and at most this.
    AtMost(String, f64),
    /// The field is a text that has this in it, in whatever case.
    Contains(String, String),
    /// The field is known.
    Known(String),
    /// A question has yes for an answer; a field that is no text is nothing known to it.
    Asks(String, Question),
    /// All of them are true; none is asked for when there is none.
    All(Vec<Condition>),
    /// At least one of them is true.
    Any(Vec<Condition>),
    /// It is not true.
    Not(Box<Condition>),
}

impl Condition {
    /// Returns whether it is true of a value of the one field that it asks about.
    pub(crate) fn holds(&self, value: Option<ValueRef>) -> bool {
        let number = match value {
            Some(ValueRef::Number(number)) => Some(number),
            _ => None,
        };
        let text = match value {
            Some(ValueRef::Text(text)) => Some(text),
            _ => None,
        };
        match self {
            Self::Equals(_, wanted) => value == Some(wanted.into()),
            Self::OneOf(_, wanted) => {
                value.is_some_and(|value| wanted.iter().any(|wanted| value == wanted.into()))
            }
            Self::AtLeast(_, least) => number.is_some_and(|number| number >= *least),
            Self::AtMost(_, most) => number.is_some_and(|number| number <= *most),
            Self::Contains(_, wanted) => {
                text.is_some_and(|text| text.to_lowercase().contains(&wanted.to_lowercase()))
            }
            Self::Known(_) => value.is_some(),
            Self::Asks(_, question) => question.0(text),
            Self::All(all) => all.iter().all(|one| one.holds(value)),
            Self::Any(any) => any.iter().any(|one| one.holds(value)),
            Self::Not(inner) => !inner.holds(value),
        }
    }

    /// Calls `each` with the field of every question in it.
    pub(crate) fn fields<'a>(&'a self, each: &mut impl FnMut(&'a str)) {
        match self {
            Self::Equals(field, _)
            | Self::OneOf(field, _)
            | Self::AtLeast(field, _)
            | Self::AtMost(field, _)
            | Self::Contains(field, _)
            | Self::Known(field)
            | Self::Asks(field, _) => each(field),
            Self::All(inner) | Self::Any(inner) => {
                inner.iter().for_each(|one| one.fields(&mut *each));
            }
            Self::Not(inner) => inner.fields(each),
        }
    }

    /// Returns the one field that it asks about, `None` when there are several or none.
    pub(crate) fn only_field(&self) -> Option<&str> {
        let (mut first, mut is_only) = (None, true);
        self.fields(&mut |field| is_only &= *first.get_or_insert(field) == field);
        first.filter(|_| is_only)
    }
}

/// Points for whom a condition is true of.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule<When = Condition> {
    /// Added to the score; below zero they are taken off.
    pub points: i32,
    /// When: a condition, or what was worked out of one.
    pub when: When,
    /// Whether no other rule counts where it does; of several, the first.
    pub stops: bool,
}

/// A model of fit: a start, rules, and the bounds that a score is kept in.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSet<When = Condition> {
    /// What everybody has.
    pub base: i32,
    /// The rules, in any order.
    pub rules: Vec<Rule<When>>,
    /// The lowest score.
    pub lowest: i16,
    /// The highest score.
    pub highest: i16,
}

/// Why a model cannot be worked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Every rule together could leave the range of numbers that scores are counted in.
    #[error("the points of all rules together are more than 32,767")]
    PointsOverflow,
    /// The lowest score is above the highest.
    #[error("the lowest score is above the highest")]
    BoundsReversed,
}

impl<When> RuleSet<When> {
    /// Returns the same model with something else for its conditions.
    pub fn map<Other>(&self, when: impl Fn(&When) -> Other) -> RuleSet<Other> {
        let rule = |rule: &Rule<When>| Rule {
            points: rule.points,
            when: when(&rule.when),
            stops: rule.stops,
        };
        RuleSet {
            base: self.base,
            rules: self.rules.iter().map(rule).collect(),
            lowest: self.lowest,
            highest: self.highest,
        }
    }

    /// Checks what has to hold before it can be compiled.
    ///
    /// # Errors
    /// What does not hold.
    pub fn check(&self) -> Result<(), RuleError> {
        let points = self.rules.iter().map(|rule| i64::from(rule.points).abs());
        if points.sum::<i64>() + i64::from(self.base).abs() > i64::from(i16::MAX) {
            return Err(RuleError::PointsOverflow);
        }
        if self.lowest > self.highest { Err(RuleError::BoundsReversed) } else { Ok(()) }
    }
}
