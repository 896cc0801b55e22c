//! What to do with a lead next: computed here alone, so that every screen says the same.

use serde::{Deserialize, Serialize};

use super::{Lead, LeadEventKind, LeadSummary, Play, Rejection, Stage, play};
use crate::scoring::Cell;
use crate::time::Timestamp;

/// What to do with a lead next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// They asked to be contacted and nobody has answered. This comes first, whatever the score.
    Answer {
        /// Since when they wait.
        since: Timestamp,
    },
    /// The play of the lead's cell.
    Play(Play),
}

/// What of a lead decides the advice.
#[derive(Clone, Copy)]
struct Standing {
    stage: Stage,
    cell: Cell,
    waiting_since: Option<Timestamp>,
    rejection: Option<Rejection>,
}

impl Standing {
    /// `None` once sales has the lead, and while it is left alone after a rejection.
    fn advice(self, now: Timestamp) -> Option<Advice> {
        let sleeps = self.rejection.is_some_and(|one| one.wake_at.is_none_or(|at| now < at));
        if sleeps || self.stage >= Stage::SalesQualified {
            return None;
        }
        Some(match self.waiting_since {
            Some(since) => Advice::Answer { since },
            None => Advice::Play(play(self.cell)),
        })
    }
}

impl LeadSummary {
    /// Returns what to do with the lead, by its row as a list has it.
    #[must_use]
    pub fn advice(&self, now: Timestamp) -> Option<Advice> {
        let Self { stage, cell, waiting_since, rejection, .. } = *self;
        Standing { stage, cell, waiting_since, rejection }.advice(now)
    }
}

impl Lead {
    /// Returns what to do with the lead.
    #[must_use]
    pub fn advice(&self, now: Timestamp) -> Option<Advice> {
        let (LeadSummary { stage, cell, .. }, details) = (&self.summary, &self.details);
        let (waiting_since, rejection) = (details.waiting_since, details.rejection);
        Standing { stage: *stage, cell: *cell, waiting_since, rejection }.advice(now)
    }

    /// Notes that somebody has answered whoever asked to be contacted. Returns what happened, nothing when
    /// nobody waits.
    pub fn answer_request(&mut self, now: Timestamp) -> Option<LeadEventKind> {
        self.details.waiting_since.take()?;
        self.touch(now);
        Some(LeadEventKind::Updated { fields: vec!["answered".to_owned()] })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;
    use super::*;
    use crate::email::Mailbox;
    use crate::lead::RejectReason;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn waiting() -> Lead {
        let mut lead = made(1, NOW, &[("name", "Ada")]);
        lead.details.waiting_since = Some(NOW);
        lead.summary.stage = Stage::MarketingQualified;
        lead
    }

    #[test]
    fn whoever_asked_waits_until_answered_whatever_the_score() {
        let advice = |lead: &Lead| lead.advice(NOW);
        let asked = Some(Advice::Answer { since: NOW });
        for cell in Cell::ALL {
            let mut lead = waiting();
            lead.summary.cell = cell;
            assert_eq!(advice(&lead), asked);
            // A list says the same.
            lead.summary.waiting_since = Some(NOW);
            assert_eq!(lead.summary.advice(NOW), asked);
            assert!(lead.answer_request(NOW).is_some());
            assert_eq!(advice(&lead), Some(Advice::Play(play(cell))));
            assert_eq!(lead.answer_request(NOW), None, "nobody waits any more");
        }
        let mut accepted = waiting();
        accepted.move_to(Stage::SalesQualified, NOW).unwrap();
        assert_eq!((advice(&accepted), accepted.details.waiting_since), (None, None));
        let mut rejected = waiting();
        rejected.reject(RejectReason::NoNeed, None, NOW).unwrap();
        assert_eq!((advice(&rejected), rejected.details.waiting_since), (None, None));
        let mut replied = waiting();
        replied.see_mailbox(Mailbox::Replied, NOW);
        assert_eq!(replied.details.waiting_since, None);
    }
}
