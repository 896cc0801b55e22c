//! Why not higher: what is not known of a lead, and would count.

use serde::{Deserialize, Serialize};

use super::{Condition, Dimension, Observation, ScoringModel, Signals, score_lead};
use crate::time::Timestamp;

/// Something that is not known of a lead, and what it would add to the score of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissingSignal {
    /// The rule's id.
    pub rule: String,
    /// The rule's sentence.
    pub label: String,
    /// Which half it counts for.
    pub dimension: Dimension,
    /// What it would add, limits considered.
    pub points: i32,
}

/// Returns the `count` cheapest missing signals: what one question would tell comes before what the
/// lead would have to do, and more points before fewer (PRODUCT X7). What is known already is none:
/// nobody changes who they are for a score.
#[must_use]
pub fn missing_signals(
    signals: &Signals,
    model: &ScoringModel,
    now: Timestamp,
    count: usize,
) -> Vec<MissingSignal> {
    let today = score_lead(signals, model, now);
    let mut found = Vec::new();
    for rule in model.rules.iter().filter(|rule| rule.points > 0) {
        let mut more = signals.clone();
        let dimension = match &rule.when {
            Condition::OneOf { fact, values } if signals.fact(fact).is_none() => {
                more.set_fact(fact, values.first().cloned());
                Dimension::Fit
            }
            Condition::Given { fact } if signals.fact(fact).is_none() => {
                more.set_fact(fact, Some(String::new()));
                Dimension::Fit
            }
            Condition::Observed(kind) => {
                let times = rule.at_least.unwrap_or(1) as usize;
                let seen = Observation { kind: *kind, at: now };
                more.observations.extend(std::iter::repeat_n(seen, times));
                Dimension::Engagement
            }
            _ => continue,
        };
        let then = score_lead(&more, model, now);
        let points = match dimension {
            Dimension::Fit => then.fit - today.fit,
            Dimension::Engagement => then.engagement - today.engagement,
        };
        if points > 0 {
            let (rule, label) = (rule.id.clone(), rule.label.clone());
            found.push(MissingSignal { rule, label, dimension, points });
        }
    }
    found.sort_by_key(|signal| (signal.dimension, std::cmp::Reverse(signal.points)));
    found.truncate(count);
    found
}
