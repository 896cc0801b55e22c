//! Why sales rejects leads, and what the rejected ones have in common (PRODUCT J5).

use std::collections::BTreeMap;

use plumbline_domain::lead::RejectReason;
use plumbline_domain::scoring::Condition;
use plumbline_learner::{Rate, TOO_FEW};
use serde::{Deserialize, Serialize};

use crate::WhatIf;
use crate::lesson::is_one_of;

/// A value is named when so many in a hundred of the rejected leads have it,
const SHARE_MIN: f64 = 0.3;
/// and so many times as many as of the others.
const TIMES_MIN: f64 = 1.5;
/// What a suggested rule takes away.
const POINTS: i32 = -30;
/// The most suggestions.
const SUGGESTIONS_MAX: usize = 3;

/// Why sales rejects leads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rejections {
    /// How many leads were rejected.
    pub count: u32,
    /// How many for each reason, the commonest first.
    pub reasons: Vec<(RejectReason, u32)>,
    /// What they have in common that others have not; none with fewer than twenty rejections.
    pub suggestions: Vec<Suggestion>,
}

/// A rule that would have lowered what sales rejected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// When it applies.
    pub when: Condition,
    /// What it would take away.
    pub points: i32,
    /// How many of the rejected leads have it.
    pub of_rejected: Rate,
    /// How many of all others have it.
    pub of_others: Rate,
}

impl WhatIf {
    /// Looks at what sales rejected.
    #[must_use]
    pub fn rejections(&self) -> Rejections {
        let mut by_reason: BTreeMap<RejectReason, u32> = BTreeMap::new();
        let (mut rejected, mut others) = (0_u32, 0_u32);
        // By fact and word: how many rejected leads have it, and how many others.
        let mut counts: BTreeMap<(usize, usize), (u32, u32)> = BTreeMap::new();
        for (known, features) in self.known.iter().zip(&self.features) {
            if let Some(reason) = known.rejected_for {
                *by_reason.entry(reason).or_default() += 1;
                rejected += 1;
            } else {
                others += 1;
            }
            for (fact, word) in features.iter().enumerate() {
                let (of_rejected, of_others) = counts.entry((fact, *word)).or_default();
                *if known.rejected_for.is_some() { of_rejected } else { of_others } += 1;
            }
        }
        let mut reasons: Vec<_> = by_reason.into_iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let suggestion =
            |((fact, word), (of_rejected, of_others)): ((usize, usize), (u32, u32))| {
                let (fact, value) = (self.facts.get(fact)?.clone(), self.words.get(word)?.clone());
                let rate = |part: u32, all: u32| Rate { won: part as usize, count: all as usize };
                let of_rejected = rate(of_rejected, rejected);
                let of_others = rate(of_others, others);
                // That something is not known, or that it is, is no reason of a lead.
                let is_told = !value.is_empty() && value != "known";
                let (share, other) = (of_rejected.share(), of_others.share());
                let stands_out = share >= SHARE_MIN && share >= other * TIMES_MIN;
                (is_told && stands_out).then(|| Suggestion {
                    when: is_one_of(&fact, &[value]),
                    points: POINTS,
                    of_rejected,
                    of_others,
                })
            };
        let mut suggestions: Vec<_> = if (rejected as usize) < TOO_FEW {
            Vec::new()
        } else {
            counts.into_iter().filter_map(suggestion).collect()
        };
        let apart = |one: &Suggestion| one.of_rejected.share() - one.of_others.share();
        suggestions.sort_by(|one, other| apart(other).total_cmp(&apart(one)));
        suggestions.truncate(SUGGESTIONS_MAX);
        Rejections { count: rejected, reasons, suggestions }
    }
}
