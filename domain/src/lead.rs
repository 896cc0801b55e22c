//! The lead: a person who showed interest, with everything known about them and since when.

mod draft;
mod event;
mod stage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attribution::{Attribution, Source};
use crate::email::{Assessment, Verdict};
use crate::form::Form;
use crate::id::{FormId, LeadId};
use crate::phone::PhoneFacts;
use crate::scoring::{
    Cell, Observation, ObservationKind, Score, ScoringModel, Signals, pairs, score_lead,
};
use crate::time::Timestamp;

pub use draft::{LeadDraft, Submission};
pub use event::{LeadEvent, LeadEventKind};
pub use stage::{NextStep, Play, Stage, StageError, next_step, play};

/// The longest note of an owner, in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;

/// One row of a list of leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeadSummary {
    /// Its identity; sorts by time of capture.
    pub id: LeadId,
    /// The form it came through.
    pub form_id: FormId,
    /// When it was stored first.
    pub captured_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Counts changes; an update names the version it was made from.
    pub version: u32,
    /// The person's name, or empty.
    pub name: String,
    /// The address, or empty.
    pub email: String,
    /// The company, or empty.
    pub company: String,
    /// Where it came from.
    pub source: Source,
    /// How far it has come.
    pub stage: Stage,
    /// The matrix cell, as last scored.
    pub cell: Cell,
    /// Fit points, as last scored.
    pub fit: i32,
    /// Engagement points, as last scored.
    pub engagement: i32,
    /// The verdict on the address.
    pub verdict: Verdict,
}

/// What is known of a lead beyond its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeadDetails {
    /// Every answer by field name.
    pub answers: BTreeMap<String, String>,
    /// The verdict on the address with its evidence.
    pub assessment: Assessment,
    /// What the numbering plans know of the telephone number, when one was given that they can read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneFacts>,
    /// Where it came from, in full.
    pub attribution: Attribution,
    /// The score as last computed, with its reasons.
    pub score: Score,
    /// What was seen of the lead, for scoring at any later time.
    pub observations: Vec<Observation>,
    /// Whether the browser claimed another score from the same public rules (attack case 10).
    #[serde(default)]
    pub client_score_differs: bool,
    /// The owner's note.
    #[serde(default)]
    pub note: String,
}

/// A lead in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lead {
    /// Its row.
    pub summary: LeadSummary,
    /// The rest.
    pub details: LeadDetails,
}

/// The points a browser claims. Advisory: it changes nothing but [`LeadDetails::client_score_differs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClientScore {
    /// Fit points by the public rules.
    pub fit: i32,
    /// Engagement points by the public rules.
    pub engagement: i32,
}

/// What was found out about a submission, beyond its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The verdict on the address.
    pub assessment: Assessment,
    /// What the numbering plans know of the number.
    pub phone: Option<PhoneFacts>,
}

impl Lead {
    /// Makes a lead of a valid submission: scores it and gives it its first stage.
    #[must_use]
    pub fn capture(
        id: LeadId,
        form: &Form,
        submission: Submission,
        findings: Findings,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Self {
        let Findings { assessment, phone } = findings;
        let mut observations = vec![Observation { kind: ObservationKind::FormSubmitted, at: now }];
        if form.hand_raise {
            observations.push(Observation { kind: ObservationKind::HandRaised, at: now });
        }
        let signals = Signals::of(&submission.answers, &assessment, &observations);
        let score = score_lead(&signals, model, now);
        let client_score_differs = submission.client_score.is_some_and(|claimed| {
            // The browser cannot know what DNS said, so both sides score the answers alone.
            let known = Signals::of_answers(pairs(&submission.answers), form.hand_raise, now);
            let ours = score_lead(&known, &model.public_part(), now);
            (claimed.fit, claimed.engagement) != (ours.fit, ours.engagement)
        });
        let answer = |name: &str| submission.answers.get(name).cloned().unwrap_or_default();
        let summary = LeadSummary {
            id,
            form_id: form.id.clone(),
            captured_at: now,
            updated_at: now,
            version: 1,
            name: answer("name"),
            email: answer("email"),
            company: answer("company"),
            source: submission.attribution.source,
            stage: Stage::at_capture(score.cell),
            cell: score.cell,
            fit: score.fit,
            engagement: score.engagement,
            verdict: assessment.verdict,
        };
        let details = LeadDetails {
            answers: submission.answers,
            assessment,
            phone,
            attribution: submission.attribution,
            score,
            observations,
            client_score_differs,
            note: String::new(),
        };
        Self { summary, details }
    }

    /// Moves the lead to `stage`.
    ///
    /// # Errors
    /// [`StageError::Illegal`] when the present stage does not allow it; the lead is unchanged.
    pub fn move_to(&mut self, stage: Stage, now: Timestamp) -> Result<LeadEventKind, StageError> {
        let from = self.summary.stage;
        from.check_move(stage)?;
        self.summary.stage = stage;
        self.touch(now);
        Ok(LeadEventKind::StageChanged { from, to: stage })
    }

    /// Sets the owner's note.
    pub fn set_note(&mut self, note: String, now: Timestamp) -> LeadEventKind {
        self.details.note = note;
        self.touch(now);
        LeadEventKind::Updated { fields: vec!["note".to_owned()] }
    }

    /// Returns the score of this lead at `now` under `model`: the same facts, decayed to that time.
    #[must_use]
    pub fn score_at(&self, model: &ScoringModel, now: Timestamp) -> Score {
        let details = &self.details;
        let signals = Signals::of(&details.answers, &details.assessment, &details.observations);
        score_lead(&signals, model, now)
    }

    fn touch(&mut self, now: Timestamp) {
        self.summary.updated_at = now;
        self.summary.version += 1;
    }
}
