//! What turns the points of learned rules into a probability (PRODUCT G6, §5.2).

use serde::{Deserialize, Serialize};

use super::{Rule, ScoringModel, Signals};

/// What the id of every rule begins with that was learned from outcomes.
pub const LEARNED: &str = "learned.";
/// So many points double the odds.
const DOUBLING_POINTS: f64 = 10.0;

/// In how many equal steps of probability a card was judged.
pub const STEPS: usize = 10;

/// What became of leads: how many there were, and how many of them were won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// How many leads.
    pub leads: u32,
    /// How many of them were won.
    pub won: u32,
}

impl Outcomes {
    /// Returns those of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            leads: self.leads.saturating_add(other.leads),
            won: self.won.saturating_add(other.won),
        }
    }

    const fn is_sound(&self) -> bool {
        self.won <= self.leads
    }
}

/// The part of a learned card that is no rule. With the points of the rules that were learned it says how
/// likely a lead is to be won within the time that leads were given to; a person who bends these rules
/// bends that too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Likelihood {
    /// What every lead starts with, in points of which ten double the odds.
    pub start: i32,
    /// What it adds to have asked to be contacted on arrival.
    pub asked: i32,
    /// What it adds not to have.
    pub not_asked: i32,
    /// From how many closed leads it was learned.
    pub leads: u32,
    /// How many of them were won.
    pub won: u32,
    /// What became of leads that cards like it had not seen, by the tenth of probability that they gave them,
    /// the lowest first.
    #[serde(default)]
    pub seen: [Outcomes; STEPS],
}

impl Likelihood {
    /// Returns how likely a lead is to be won whose learned rules add up to so many points, 0 to 1.
    #[must_use]
    pub fn chance(&self, points: i32, has_asked: bool) -> f64 {
        let asked = if has_asked { self.asked } else { self.not_asked };
        let points = points.saturating_add(self.start).saturating_add(asked);
        1.0 / (1.0 + (-f64::from(points) / DOUBLING_POINTS).exp2())
    }

    /// Returns what became of leads that were thought as likely to be won.
    #[must_use]
    pub fn alike(&self, chance: f64) -> Outcomes {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10")]
        let step = (chance.clamp(0.0, 1.0) * STEPS as f64) as usize;
        self.seen.get(step.min(STEPS - 1)).copied().unwrap_or_default()
    }

    /// Returns whether its points, each within `reach`, and its outcomes are possible.
    pub(super) fn is_sound(&self, reach: i32) -> bool {
        let fits = |points: &i32| (-reach..=reach).contains(points);
        [self.start, self.asked, self.not_asked].iter().all(fits)
            && self.won <= self.leads
            && self.seen.iter().all(Outcomes::is_sound)
    }
}

impl ScoringModel {
    /// Returns how likely a lead is to be won, 0 to 1, by the rules that were learned; `None` where this
    /// model has none.
    #[must_use]
    pub fn chance(&self, signals: &Signals, has_asked: bool) -> Option<f64> {
        let likelihood = self.likelihood?;
        let learned = self.learned_rules().filter(|rule| rule.when.holds(signals));
        let points = learned.map(|rule| rule.points).fold(0, i32::saturating_add);
        Some(likelihood.chance(points, has_asked))
    }

    /// Returns the rules that were learned from outcomes.
    pub fn learned_rules(&self) -> impl Iterator<Item = &Rule> + Clone {
        self.rules.iter().filter(|rule| rule.id.starts_with(LEARNED))
    }
}
