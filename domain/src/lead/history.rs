//! What was known of a lead before: what changed after it came, so that its score at any past instant can
//! be worked out, and nothing is learned from what was only known afterwards (PRODUCT §5.1, X6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Lead;
use crate::scoring::{Signals, address_facts};
use crate::time::Timestamp;

/// The most changes that are kept of one lead, and the most bytes of what was before them; the oldest
/// make room.
const CHANGES_MAX: usize = 50;
const BYTES_MAX: usize = 4_000;

/// That something else is known of a lead than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactChange {
    /// Since when.
    pub at: Timestamp,
    /// What rules call it.
    pub fact: String,
    /// What it was; nothing where it was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// Takes changes back from what is known now, those after a time, and calls `set` with each fact and what
/// it was.
pub fn take_back(
    history: &[FactChange],
    then: Timestamp,
    mut set: impl FnMut(&str, Option<&String>),
) {
    for change in history.iter().rev().filter(|change| change.at > then) {
        set(&change.fact, change.before.as_ref());
    }
}

impl Lead {
    /// Makes a change, and notes what was known before it.
    pub(super) fn noting<T>(&mut self, now: Timestamp, change: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.known_facts();
        let done = change(self);
        let after = self.known_facts();
        let history = &mut self.details.history;
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        let changed = names.filter(|name| before.get(*name) != after.get(*name));
        history.extend(changed.map(|name| FactChange {
            at: now,
            fact: name.clone(),
            before: before.get(name).cloned(),
        }));
        let bytes = |change: &FactChange| change.before.as_ref().map_or(0, String::len);
        let mut sum: usize = history.iter().map(bytes).sum();
        while history.len() > CHANGES_MAX || sum > BYTES_MAX {
            sum -= bytes(&history.remove(0));
        }
        done
    }

    /// Returns what rules could look at at some time: answers and verdicts as they were then.
    #[must_use]
    pub fn signals_at(&self, then: Timestamp) -> Signals {
        let mut signals = self.signals();
        take_back(&self.details.history, then, |fact, before| {
            signals.set_fact(fact, before.cloned());
        });
        signals
    }

    fn known_facts(&self) -> BTreeMap<String, String> {
        let mut facts = self.details.answers.clone();
        let assessment = &self.details.assessment;
        facts.extend(address_facts(assessment.domain_class, assessment.verdict));
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::tests::{made, model};
    use crate::scoring::{Observation, ObservationKind};
    use crate::time::DAY_MS;

    const CAME: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn after(days: i64) -> Timestamp {
        Timestamp::from_ms(CAME.as_ms() + days * DAY_MS)
    }

    #[test]
    fn the_score_of_any_past_instant_is_the_one_that_was_stored_then() {
        let model = model();
        let mut lead = made(1, CAME, &[("role", "user"), ("need", "A form")]);
        let mut stored = vec![(CAME, lead.details.score.clone())];
        let answers = [
            (2, "role", "decision_maker"),
            (5, "budget", "yes"),
            (9, "role", "student"),
            (12, "budget", ""),
            (15, "timing", "now"),
        ];
        for (day, field, text) in answers {
            lead.details
                .observations
                .push(Observation { kind: ObservationKind::PricingViewed, at: after(day) });
            let change = BTreeMap::from([(field.to_owned(), text.to_owned())]);
            assert!(lead.answer(&change, &model, after(day)).is_some());
            stored.push((after(day), lead.details.score.clone()));
        }
        for (at, then) in stored {
            let again = lead.score_at(&model, at);
            assert_eq!((again.fit, again.engagement), (then.fit, then.engagement), "{at}");
            assert_eq!(again.reasons, then.reasons, "{at}");
        }
        assert_eq!(lead.signals_at(CAME).fact("budget"), None);
        assert_eq!(lead.signals_at(after(6)).fact("budget"), Some("yes"));
        assert_eq!(lead.signals_at(after(20)), lead.signals());
    }

    #[test]
    fn what_is_kept_of_the_past_is_bounded() {
        let model = model();
        let mut lead = made(1, CAME, &[]);
        for day in 0..200 {
            let text = format!("{day}{}", "x".repeat(300));
            lead.answer(&BTreeMap::from([("need".to_owned(), text)]), &model, after(day));
        }
        let history = &lead.details.history;
        let bytes: usize = history.iter().flat_map(|one| &one.before).map(String::len).sum();
        assert!(history.len() <= CHANGES_MAX && bytes <= BYTES_MAX && history.len() > 10);
        assert_eq!(history.last().map(|one| one.at), Some(after(199)), "the newest are kept");
    }
}
