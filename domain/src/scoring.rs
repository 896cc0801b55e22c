//! One score for Worker and dashboard: signals × model × now → fit, engagement and the reasons that add
//! up to them. The widget has the sums alone, by the rules that a form may know ([`PublicRules`]).
//!
//! Integer arithmetic throughout, so the same case gives the same bits natively, in a browser and
//! in workerd.

mod cell;
mod condition;
mod country_group;
mod decay;
mod facts;
mod likelihood;
mod missing;
mod model;
mod public_rules;
mod qualification;
mod signals;

use serde::{Deserialize, Serialize};

use crate::named;
use crate::time::{DAY_MS, Timestamp};

pub use cell::{Cell, rank};
pub use condition::{Condition, RuleFault, folded, read_number};
pub use country_group::CountryGroup;
pub use decay::{decayed, faded};
pub use facts::STANDARD_FACTS;
pub use likelihood::{LEARNED, Likelihood, Outcomes, STEPS};
pub use missing::{MissingSignal, missing_signals};
pub use model::{
    Earned, GroupCap, ModelError, RULES_MAX, Rule, ScoringModel, Thresholds, Visibility,
};
pub use public_rules::PublicRules;
pub use qualification::{
    EVENT_NAME_BYTES_MAX, HAND_RAISE_DAYS, MarketingDefinition, Qualification, QualifiedBy,
    SalesDefinition, USAGE_DAYS_MAX, USAGE_PER_DAY_MAX, Usage, UsageCount, UsageDefinition,
    UsageRule, is_event_name,
};
pub use signals::{LookedUp, Observation, ObservationKind, Signals, pairs};

/// The lowest and highest fit (PRODUCT §5.1).
pub const FIT_RANGE: (i32, i32) = (-50, 100);
/// The lowest and highest engagement (PRODUCT §5.1).
pub const ENGAGEMENT_RANGE: (i32, i32) = (0, 100);

named! {
    /// Which half of the score a reason belongs to.
    pub enum Dimension {
        /// Who they are.
        Fit = "fit",
        /// What they did, and how long ago.
        Engagement = "engagement",
    }
}

/// One line of the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScoreReason {
    /// The rule's id, or `cap.NAME`, `floor`, `ceiling` for a limit.
    pub rule: String,
    /// The rule's sentence.
    pub label: String,
    /// Which half it counts for.
    pub dimension: Dimension,
    /// What it adds or takes away, after decay.
    pub points: i32,
    /// The age of the latest event behind it, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_ms: Option<i64>,
    /// How many events there are behind it, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl ScoreReason {
    /// Returns whether it only brings a sum back between its limits, and says nothing of the lead.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        model::is_limit(&self.rule)
    }
}

/// The score of one lead at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Score {
    /// The sum of the fit reasons.
    pub fit: i32,
    /// The sum of the engagement reasons.
    pub engagement: i32,
    /// The matrix cell of both.
    pub cell: Cell,
    /// Every line that counts; their points add up to the two sums.
    pub reasons: Vec<ScoreReason>,
    /// The version of the model.
    pub model_version: u32,
    /// The time it holds for.
    pub scored_at: Timestamp,
}

/// Scores one lead. Pure in its arguments: yesterday's score can be computed again today.
#[must_use]
pub fn score_lead(signals: &Signals, model: &ScoringModel, now: Timestamp) -> Score {
    let mut reasons = Vec::new();
    let fit = score_fit(signals, model, &mut reasons);
    let engagement = score_engagement(signals, model, now, &mut reasons);
    let cell = Cell::of(fit, engagement, &model.thresholds);
    Score { fit, engagement, cell, reasons, model_version: model.version, scored_at: now }
}

fn score_fit(signals: &Signals, model: &ScoringModel, reasons: &mut Vec<ScoreReason>) -> i32 {
    let start = reasons.len();
    for rule in &model.rules {
        if !rule.when.holds(signals) {
            continue;
        }
        if rule.stops {
            // Nothing else about who they are matters any more.
            reasons.truncate(start);
        }
        reasons.push(reason(Dimension::Fit, &rule.id, rule.label.clone(), rule.points));
        if rule.stops {
            break;
        }
    }
    limit(reasons, start, Dimension::Fit, FIT_RANGE)
}

fn score_engagement(
    signals: &Signals,
    model: &ScoringModel,
    now: Timestamp,
    reasons: &mut Vec<ScoreReason>,
) -> i32 {
    let start = reasons.len();
    let mut given = Vec::new();
    for rule in &model.rules {
        let Some(earned) = rule.engagement(&signals.observations, now) else { continue };
        reasons.push(ScoreReason {
            age_ms: Some(earned.age_ms),
            times: Some(earned.times).filter(|times| *times > 1),
            ..reason(Dimension::Engagement, &rule.id, rule.label.clone(), earned.points)
        });
        given.push((rule, earned.points));
    }
    for cap in &model.group_caps {
        let over = cap.over(given.iter().copied());
        if over > 0 {
            let label = format!("At most {} points from {}", cap.points, cap.group);
            let id = format!("cap.{}", cap.group);
            reasons.push(reason(Dimension::Engagement, &id, label, -over));
        }
    }
    limit(reasons, start, Dimension::Engagement, ENGAGEMENT_RANGE)
}

fn reason(dimension: Dimension, rule: &str, label: String, points: i32) -> ScoreReason {
    ScoreReason { rule: rule.to_owned(), label, dimension, points, age_ms: None, times: None }
}

/// Brings the sum of the reasons from `start` into `range`, by a reason of its own.
fn limit(
    reasons: &mut Vec<ScoreReason>,
    start: usize,
    dimension: Dimension,
    (low, high): (i32, i32),
) -> i32 {
    let sum =
        reasons.iter().skip(start).fold(0_i32, |sum, reason| sum.saturating_add(reason.points));
    let bounded = sum.clamp(low, high);
    if bounded != sum {
        let (rule, label) = if bounded == low {
            ("floor", format!("Never below {low}"))
        } else {
            ("ceiling", format!("Never above {high}"))
        };
        reasons.push(reason(dimension, rule, label, bounded.saturating_sub(sum)));
    }
    bounded
}

/// Returns an age in whole days, for display.
#[must_use]
pub const fn age_days(age_ms: i64) -> i64 {
    age_ms / DAY_MS
}
