//! What was known of a lead before: what changed after it came, so that its score at any past instant can
//! be worked out, and nothing is learned from what was only known afterwards (PRODUCT §5.1, X6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Lead;
use crate::scoring::{Cell, Score, Signals};
use crate::time::Timestamp;

/// The most changes of what is known of one lead that are kept, and the most bytes of what was before them;
/// the oldest make room. The longest answer of all fits in, and a file with many columns several times.
const CHANGES_MAX: usize = 200;
const BYTES_MAX: usize = 20_000;
/// The most changes of its cell.
const CELLS_MAX: usize = 50;

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

/// That the score of a lead put it into another cell than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CellChange {
    /// When.
    pub at: Timestamp,
    /// The cell before.
    pub before: Cell,
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
            let oldest = history.remove(0);
            sum -= bytes(&oldest);
            self.details.known_since = self.details.known_since.max(Some(oldest.at));
        }
        done
    }

    /// Takes over a newer score, and notes the cell before it where that is another.
    pub(super) fn take_score(&mut self, score: Score) {
        let details = &mut self.details;
        let before = details.score.cell;
        if before != score.cell {
            details.cells.push(CellChange { at: score.scored_at, before });
        }
        if details.cells.len() > CELLS_MAX {
            let oldest = details.cells.remove(0);
            details.cells_since = details.cells_since.max(Some(oldest.at));
        }
        details.score = score;
    }

    /// Returns the cell that its score had put it into at some time.
    pub(super) fn cell_at(&self, then: Timestamp) -> Cell {
        let later = self.details.cells.iter().find(|change| change.at > then);
        later.map_or(self.details.score.cell, |change| change.before)
    }

    /// Returns whether everything is kept that its score at some time was made of. Of a lead that was changed
    /// more often than is kept, older times are forgotten.
    #[must_use]
    pub fn is_known_at(&self, then: Timestamp) -> bool {
        self.details.known_since.max(self.details.cells_since).is_none_or(|since| then >= since)
    }

    /// Returns what rules could look at at some time: answers and verdicts as they were then, as far as
    /// [`Lead::is_known_at`] that time. What it did counts from when it did it, also where that was told
    /// later, by the product or by another record of the same person.
    #[must_use]
    pub fn signals_at(&self, then: Timestamp) -> Signals {
        let mut signals = self.signals();
        take_back(&self.details.history, then, |fact, before| {
            signals.set_fact(fact, before.cloned());
        });
        signals
    }

    /// Returns everything that rules can ask about by its name.
    pub(super) fn known_facts(&self) -> BTreeMap<String, String> {
        self.signals().into_facts()
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
            let text = format!("{day}{}", "x".repeat(1_000));
            lead.answer(&BTreeMap::from([("need".to_owned(), text)]), &model, after(day));
        }
        let history = &lead.details.history;
        let bytes: usize = history.iter().flat_map(|one| &one.before).map(String::len).sum();
        assert!(history.len() <= CHANGES_MAX && bytes <= BYTES_MAX && history.len() > 10);
        assert_eq!(history.last().map(|one| one.at), Some(after(199)), "the newest are kept");
        let oldest = history[0].at;
        assert!(lead.is_known_at(oldest) && !lead.is_known_at(after(100)));

        // The longest answer that a form takes makes no room for itself alone.
        let mut lead = made(1, CAME, &[("need", &"🦀".repeat(5_000)), ("role", "user")]);
        for (day, field) in [(1, "role"), (2, "need")] {
            lead.answer(&BTreeMap::from([(field.to_owned(), "other".into())]), &model, after(day));
        }
        assert_eq!(lead.signals_at(after(1)).fact("need").map(str::len), Some(20_000));
        assert!(lead.is_known_at(after(1)));
    }

    #[test]
    fn an_address_that_came_later_was_not_known_before() {
        let model = model();
        let mut lead = made(1, CAME, &[("name", "Ada"), ("role", "user")]);
        let before = lead.details.score.clone();
        let line = made(2, CAME, &[("name", "Ada"), ("email", "ada@acme.co")]);
        assert_eq!(lead.absorb(&line, &model, after(3)), ["email"]);
        assert_eq!(lead.signals().fact("email_domain"), Some("acme.co"));
        assert_eq!(lead.signals_at(after(2)).fact("email_verdict"), None);
        assert_eq!(lead.score_at(&model, CAME).reasons, before.reasons);
    }

    #[test]
    fn a_cell_of_the_past_is_the_one_of_then() {
        let mut model = model();
        model.thresholds.fit_b = 5;
        model.thresholds.margin = 5;
        let mut lead = made(1, CAME, &[("role", "user")]);
        assert!(lead.follow(&model, CAME).is_some() && lead.details.score.cell == Cell::B3);
        let answer = |lead: &mut Lead, day, text: &str| {
            lead.answer(&BTreeMap::from([("role".to_owned(), text.into())]), &model, after(day));
        };
        // Without a role it has no points, and stays in the band that it was in; a new one would not.
        answer(&mut lead, 1, "");
        answer(&mut lead, 2, "student");
        answer(&mut lead, 3, "");
        let cells = [0, 1, 2, 3].map(|day| lead.score_at(&model, after(day)).cell);
        assert_eq!(cells, [Cell::B3, Cell::B3, Cell::C3, Cell::C3]);
        let changes = [(CAME, Cell::C3), (after(2), Cell::B3)];
        assert_eq!(lead.details.cells, changes.map(|(at, before)| CellChange { at, before }));
    }

    #[test]
    fn cells_that_had_to_make_room_are_not_made_up() {
        let mut model = model();
        (model.thresholds.fit_b, model.thresholds.margin) = (5, 0);
        let mut lead = made(1, CAME, &[]);
        for day in 0..2 * CELLS_MAX as i64 {
            let role = if day % 2 == 0 { "user" } else { "" };
            lead.answer(&BTreeMap::from([("role".to_owned(), role.into())]), &model, after(day));
        }
        let details = &lead.details;
        assert_eq!((details.cells.len(), details.known_since), (CELLS_MAX, None));
        assert!(details.cells_since.is_some_and(|since| since < details.cells[0].at));
        assert!(!lead.is_known_at(CAME) && lead.is_known_at(details.cells[0].at));
        assert_eq!(lead.signals_at(after(0)).fact("role"), Some("user"), "what it said is kept");
    }

    #[test]
    fn what_was_told_later_counts_from_when_it_happened() {
        let model = model();
        let mut lead = made(1, CAME, &[("role", "user")]);
        let alone = lead.score_at(&model, after(3));
        let event = |day| ("trial_started".to_owned(), after(day));
        assert!(lead.use_product(&[event(5)], after(20)));
        assert_eq!(lead.score_at(&model, after(3)), alone);
        assert!(lead.score_at(&model, after(6)).engagement > alone.engagement);
        // Another record of the same person knows what it did; what it says was not known here before.
        let mut other = made(2, CAME, &[("role", "decision_maker"), ("budget", "yes")]);
        other
            .details
            .observations
            .push(Observation { kind: ObservationKind::PricingViewed, at: after(1) });
        lead.merge(&other, |_| true, &model, after(30));
        let then = lead.score_at(&model, after(3));
        assert_eq!((then.fit, lead.signals_at(after(3)).fact("budget")), (alone.fit, None));
        assert!(then.engagement > alone.engagement && lead.is_known_at(CAME));
    }
}
