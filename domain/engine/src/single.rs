//! A model for one lead at a time: nothing is worth compiling into codes then, but a field is found by its
//! place and not by its name.

use crate::rules::{Condition, RuleSet};
use crate::table::ValueRef;

/// A model whose conditions know the places of their fields.
#[derive(Clone, Debug)]
pub struct Single {
    base: i32,
    lowest: i32,
    highest: i32,
    rules: Vec<(i32, Placed, bool)>,
}

#[derive(Clone, Debug)]
enum Placed {
    /// What a condition says of the value at a place; nothing is known at none.
    Field(Option<usize>, Condition),
    /// A text in small letters, wanted in the value at a place.
    Contains(Option<usize>, String),
    All(Vec<Placed>),
    Any(Vec<Placed>),
    Not(Box<Placed>),
}

impl Single {
    /// Takes a model for leads whose values come in the order of `fields`.
    #[must_use]
    pub fn new(model: &RuleSet, fields: &[&str]) -> Self {
        let placed = |rule: &crate::Rule| (rule.points, Placed::of(&rule.when, fields), rule.stops);
        Self {
            base: model.base,
            lowest: i32::from(model.lowest),
            highest: i32::from(model.highest),
            rules: model.rules.iter().map(placed).collect(),
        }
    }

    /// Returns the score of a lead, the same as that of a [`crate::Plan`] over a table that it is in. `known` tells
    /// what is known of the field at a place.
    pub fn score<'a>(&self, known: impl Fn(usize) -> Option<ValueRef<'a>>) -> i32 {
        let mut sum = self.base;
        for (points, when, stops) in &self.rules {
            if !when.holds(&known) {
                continue;
            }
            if *stops {
                sum = self.base.saturating_add(*points);
                break;
            }
            sum = sum.saturating_add(*points);
        }
        sum.clamp(self.lowest, self.highest)
    }
}

impl Placed {
    fn of(condition: &Condition, fields: &[&str]) -> Self {
        let place = |wanted: &str| fields.iter().position(|field| *field == wanted);
        let all = |inner: &[Condition]| inner.iter().map(|one| Self::of(one, fields)).collect();
        match condition {
            Condition::Contains(field, text) => Self::Contains(place(field), text.to_lowercase()),
            Condition::All(inner) => Self::All(all(inner)),
            Condition::Any(inner) => Self::Any(all(inner)),
            Condition::Not(inner) => Self::Not(Box::new(Self::of(inner, fields))),
            other => Self::Field(other.only_field().and_then(place), other.clone()),
        }
    }

    fn holds<'a>(&self, known: &impl Fn(usize) -> Option<ValueRef<'a>>) -> bool {
        let value = |place: &Option<usize>| known((*place)?);
        match self {
            Self::Field(place, condition) => condition.holds(value(place)),
            Self::Contains(place, wanted) => match value(place) {
                Some(ValueRef::Text(text)) if text.is_ascii() => contains_ascii(text, wanted),
                Some(ValueRef::Text(text)) => text.to_lowercase().contains(wanted),
                _ => false,
            },
            Self::All(all) => all.iter().all(|one| one.holds(known)),
            Self::Any(any) => any.iter().any(|one| one.holds(known)),
            Self::Not(inner) => !inner.holds(known),
        }
    }
}

/// Whether an ASCII text has these small letters in it, in whatever case.
fn contains_ascii(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let Some(first) = wanted.first() else { return true };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text).any(|start| {
        let found = text.get(start..start + wanted.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
    })
}
