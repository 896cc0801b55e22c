//! What counts, for how much and for how long: versioned data, checked when it is built.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ObservationKind, Signals};
use crate::named;

/// The most rules of one model.
pub const RULES_MAX: usize = 500;
/// The most points of one rule, either way.
pub const POINTS_MAX: i32 = 1_000;

/// A complete model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScoringModel {
    /// Counts publications.
    pub version: u32,
    /// The rules, in the order of explanation.
    pub rules: Vec<Rule>,
    /// Limits over several rules together.
    #[serde(default)]
    pub group_caps: Vec<GroupCap>,
    /// Where the bands of the matrix begin.
    pub thresholds: Thresholds,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rule {
    /// A stable name.
    pub id: String,
    /// The sentence the owner reads.
    pub label: String,
    /// What it adds, or takes away when negative.
    pub points: i32,
    /// Whether a visitor's browser may know it.
    pub visibility: Visibility,
    /// When it applies.
    pub when: Condition,
    /// The most it adds over all its events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<i32>,
    /// After how many days an event counts half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life_days: Option<u32>,
    /// The group whose cap it shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether no other fit rule counts once this one applies.
    #[serde(default)]
    pub stops: bool,
}

named! {
    /// Whether a rule may leave the server.
    pub enum Visibility {
        /// Ships to the visitor's browser with the form.
        Public = "public",
        /// Stays on the server: it tells who the ideal customer is.
        Private = "private",
    }
}

/// When a rule applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// A fact is one of these values (fit).
    OneOf {
        /// The name of the fact.
        fact: String,
        /// The values.
        values: Vec<String>,
    },
    /// A fact is known (fit).
    Given {
        /// The name of the fact.
        fact: String,
    },
    /// Something was observed, each time it was (engagement).
    Observed(ObservationKind),
}

impl Condition {
    pub(super) fn holds(&self, signals: &Signals) -> bool {
        match self {
            Self::OneOf { fact, values } => {
                signals.fact(fact).is_some_and(|known| values.iter().any(|value| value == known))
            }
            Self::Given { fact } => signals.fact(fact).is_some(),
            Self::Observed(_) => false,
        }
    }
}

/// A limit over the rules of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupCap {
    /// The group.
    pub group: String,
    /// The most its rules add together.
    pub points: i32,
}

/// Where the bands of the matrix begin; below the last is C or 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each name is the band that begins there")]
pub struct Thresholds {
    pub fit_a: i32,
    pub fit_b: i32,
    pub engagement_1: i32,
    pub engagement_2: i32,
}

/// What is wrong with a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// More than [`RULES_MAX`] rules.
    #[error("a model has at most {RULES_MAX} rules, this one has {0}")]
    TooManyRules(usize),
    /// Two rules share an id.
    #[error("two rules have the id {0}")]
    DuplicateRule(String),
    /// Points outside ±[`POINTS_MAX`], or a half-life outside 1 to 3,650 days.
    #[error("rule {0} has points or a half-life out of range")]
    OutOfRange(String),
    /// A cut-off that lies above the one before it.
    #[error("the bands are upside down")]
    BandsUpsideDown,
}

impl ScoringModel {
    /// Checks the model as a whole.
    ///
    /// # Errors
    /// The first [`ModelError`].
    pub fn check(&self) -> Result<(), ModelError> {
        if self.rules.len() > RULES_MAX {
            return Err(ModelError::TooManyRules(self.rules.len()));
        }
        let mut ids = BTreeSet::new();
        for rule in &self.rules {
            if !ids.insert(&rule.id) {
                return Err(ModelError::DuplicateRule(rule.id.clone()));
            }
            let points_fit = (-POINTS_MAX..=POINTS_MAX).contains(&rule.points);
            let half_life_fits = rule.half_life_days.is_none_or(|d| (1..=3_650).contains(&d));
            let cap_fits = rule.cap.is_none_or(|cap| (0..=POINTS_MAX).contains(&cap));
            if !(points_fit && half_life_fits && cap_fits) {
                return Err(ModelError::OutOfRange(rule.id.clone()));
            }
        }
        let cut = &self.thresholds;
        if cut.fit_a < cut.fit_b || cut.engagement_1 < cut.engagement_2 {
            return Err(ModelError::BandsUpsideDown);
        }
        Ok(())
    }

    /// Returns the part that may travel with a form: public rules alone.
    #[must_use]
    pub fn public_part(&self) -> Self {
        let public = |rule: &&Rule| rule.visibility == Visibility::Public;
        Self { rules: self.rules.iter().filter(public).cloned().collect(), ..self.clone() }
    }
}
