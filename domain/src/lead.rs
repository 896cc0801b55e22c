//! The lead: a person who showed interest, with everything known about them and since when.

mod advice;
mod draft;
mod event;
mod history;
mod keys;
mod qualify;
mod rejection;
mod review;
mod stage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attribution::{Attribution, Source};
use crate::email::{Assessment, EmailAddress, Mailbox, Verdict};
use crate::form::{CONSENT_DENIED, Form};
use crate::id::{FormId, LeadId};
use crate::phone::PhoneFacts;
use crate::scoring::{
    Cell, LookedUp, Observation, ObservationKind, PublicRules, QualifiedBy, Score, ScoreReason,
    ScoringModel, Signals, Usage, pairs, score_lead,
};
use crate::time::Timestamp;

pub use advice::Advice;
pub use draft::{LeadDraft, Submission};
pub use event::{LeadEvent, LeadEventKind};
pub use history::{CellChange, FactChange, take_back};
pub use keys::{mailbox_key, mailboxes, plain_words};
pub use qualify::{Qualified, QualifiedAs};
pub use rejection::{RejectReason, Rejection};
pub use review::{OVERRIDE_DAYS_MAX, REVIEW_REASON_CHARS_MAX, REVIEWER_CHARS_MAX, Review};
pub use stage::{NextStep, Play, Stage, StageError, next_step, play};

/// The answer that holds what a deal would be worth.
pub const DEAL_VALUE: &str = "deal_value";
/// The highest value of a deal.
pub const DEAL_VALUE_MAX: u32 = 4_000_000_000;

/// Reads a value of a deal: a whole number, with spaces or apostrophes between its digits or without.
#[must_use]
pub fn parse_deal_value(text: &str) -> Option<u32> {
    let is_gap = |letter: &char| letter.is_whitespace() || *letter == '\'';
    let digits: String = text.chars().filter(|letter| !is_gap(letter)).collect();
    digits.parse().ok().filter(|value| *value <= DEAL_VALUE_MAX)
}

/// The answer that says whether somebody agreed to mail.
pub const CONSENT: &str = "consent";

/// Returns the name of the answer that keeps what is known beside an answer: a second address or number.
#[must_use]
pub fn beside(name: &str) -> Option<&'static str> {
    match name {
        "email" => Some("other_email"),
        "phone" => Some("other_phone"),
        _ => None,
    }
}

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
    /// The matrix cell: as last scored, or as a person has set it.
    pub cell: Cell,
    /// Fit points, as last scored.
    pub fit: i32,
    /// Engagement points, as last scored.
    pub engagement: i32,
    /// The verdict on the address.
    pub verdict: Verdict,
    /// Since when they wait for an answer, as [`LeadDetails`] has it, where the row was read from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// Why sales rejected it, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
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
    /// What it did in the product lately, oldest first.
    #[serde(default, skip_serializing_if = "Usage::is_empty")]
    pub usage: Usage,
    /// In what ways it is qualified, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qualified: Vec<Qualified>,
    /// When sales sent it back last: what was before counts for no crossing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle_began_at: Option<Timestamp>,
    /// When it became a customer, where it did so here; of one that a file told of it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub won_at: Option<Timestamp>,
    /// What was known of it before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<FactChange>,
    /// The cells that its scores had put it into before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<CellChange>,
    /// Since when it is kept what was known and seen of it; nothing where nothing had to make room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Timestamp>,
    /// The same for the cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells_since: Option<Timestamp>,
    /// When somebody has seen to it that this customer may buy more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_seen_at: Option<Timestamp>,
    /// The last time that a person looked at the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Whether the browser claimed another score from the same public rules (attack case 10).
    #[serde(default)]
    pub client_score_differs: bool,
    /// Since when they wait for an answer: they asked to be contacted, and nobody has noted that somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// The site that the form stood on, where the owner had not listed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlisted_site: Option<String>,
    /// When a file told the consent that stands. A file does not know when a person said it, only that it was
    /// said by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_read_at: Option<Timestamp>,
    /// The owner's note.
    #[serde(default)]
    pub note: String,
    /// Why sales rejected it, until it moves forward again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// What sales rejected it for last, which stays when it moves forward again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_for: Option<RejectReason>,
    /// What a suppression of its mailbox is kept under; empty without an address.
    #[serde(default)]
    pub mailbox_key: String,
    /// What says that another lead is the same person: they share one of these.
    #[serde(default)]
    pub keys: Vec<String>,
}

impl LeadDetails {
    /// Takes over an answer of another record, with what was found out about it: what was looked up
    /// of the address that stays is worth more than what was not.
    fn take_answer(&mut self, name: &str, other: &Self) {
        let Some(text) = other.answers.get(name) else { return };
        self.answers.insert(name.to_owned(), text.clone());
        match name {
            "email" => self.assessment = other.assessment.clone(),
            "phone" => self.phone.clone_from(&other.phone),
            CONSENT => self.consent_read_at = other.consent_read_at,
            _ => {}
        }
    }

    /// Keeps the address or number that a merge does not choose under a name of its own, so that both can
    /// be reached. `is_other_chosen` says that the chosen one is the other record's.
    fn keep_beside(&mut self, name: &str, other: &Self, is_other_chosen: bool) {
        let Some(beside) = beside(name) else { return };
        let (own, others) = (self.answers.get(name), other.answers.get(name));
        let left = if is_other_chosen { own } else { others };
        let is_same = match name {
            "email" => self.mailbox_key == other.mailbox_key,
            _ => own == others,
        };
        let Some(left) = left.filter(|_| !is_same).cloned() else { return };
        let kept = self.answers.entry(beside.to_owned()).or_default();
        if !kept.split(", ").any(|known| known == left) {
            *kept = if kept.is_empty() { left } else { format!("{kept}, {left}") };
        }
    }

    /// Returns every mailbox of the person, by its key.
    #[must_use]
    pub fn mailboxes(&self) -> Vec<String> {
        mailboxes(&self.mailbox_key, &self.answers)
    }

    /// Lets a rejection stand no more; what it was for stays.
    fn end_rejection(&mut self) {
        if let Some(rejection) = self.rejection.take() {
            self.rejected_for = Some(rejection.reason);
        }
    }

    /// Returns what it was rejected for last, and when.
    fn last_rejected_for(&self) -> Option<(Option<Timestamp>, RejectReason)> {
        let reason = self.rejected_for.or(self.rejection.map(|rejection| rejection.reason))?;
        Some((self.lifecycle_began_at, reason))
    }
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

impl ClientScore {
    /// What stands for a claim that cannot be read: no rules give that.
    pub const UNREADABLE: Self = Self { fit: i32::MIN, engagement: i32::MIN };
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
        let mut observations = vec![Observation { kind: ObservationKind::FormSubmitted, at: now }];
        if form.hand_raise {
            observations.push(Observation { kind: ObservationKind::HandRaised, at: now });
        }
        let client_score_differs = submission.client_score.is_some_and(|claimed| {
            // The browser cannot know what DNS said, so both sides score the answers alone.
            let known = Signals::of_answers(pairs(&submission.answers), form.hand_raise, now);
            (claimed.fit, claimed.engagement) != PublicRules::of(model).score(&known)
        });
        let form_id = form.id.clone();
        let mut lead = Self::made(id, form_id, submission, findings, observations, model, now);
        lead.details.client_score_differs = client_score_differs;
        lead.details.waiting_since = form.hand_raise.then_some(now);
        lead
    }

    /// Makes a lead of a line of a file, captured elsewhere at `captured_at`. Nothing was seen of it
    /// here, so it has no engagement.
    #[must_use]
    pub fn import(
        id: LeadId,
        submission: Submission,
        findings: Findings,
        model: &ScoringModel,
        captured_at: Timestamp,
    ) -> Self {
        let form_id = FormId::of_imports();
        Self::made(id, form_id, submission, findings, Vec::new(), model, captured_at)
    }

    /// Makes a lead of somebody who uses the product and left an address there.
    #[must_use]
    pub fn of_product(
        id: LeadId,
        submission: Submission,
        findings: Findings,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Self {
        Self::made(id, FormId::of_product(), submission, findings, Vec::new(), model, now)
    }

    fn made(
        id: LeadId,
        form_id: FormId,
        submission: Submission,
        findings: Findings,
        observations: Vec<Observation>,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Self {
        let Findings { assessment, phone } = findings;
        let source = submission.attribution.source;
        let looked_up = LookedUp::of(&assessment, phone.as_ref());
        let signals = Signals::of(&submission.answers, looked_up, &observations).with_origin(
            &form_id,
            source,
            &submission.attribution,
        );
        let score = score_lead(&signals, model, now);
        let answer = |name: &str| submission.answers.get(name).cloned().unwrap_or_default();
        let summary = LeadSummary {
            id,
            form_id,
            captured_at: now,
            updated_at: now,
            version: 1,
            name: answer("name"),
            email: answer("email"),
            company: answer("company"),
            source,
            stage: Stage::Lead,
            cell: score.cell,
            fit: score.fit,
            engagement: score.engagement,
            verdict: assessment.verdict,
            waiting_since: None,
            rejection: None,
        };
        let details = LeadDetails {
            answers: submission.answers,
            assessment,
            phone,
            attribution: submission.attribution,
            score,
            observations,
            usage: Usage::new(),
            qualified: Vec::new(),
            lifecycle_began_at: None,
            won_at: None,
            history: Vec::new(),
            cells: Vec::new(),
            known_since: None,
            cells_since: None,
            service_seen_at: None,
            review: None,
            client_score_differs: false,
            waiting_since: None,
            unlisted_site: None,
            consent_read_at: None,
            note: String::new(),
            rejection: None,
            rejected_for: None,
            mailbox_key: String::new(),
            keys: Vec::new(),
        };
        let mut lead = Self { summary, details };
        lead.set_keys();
        // Whoever is qualified at once is announced as that; nothing else is told of it.
        drop(lead.qualify(model, now));
        lead
    }

    /// Takes over what another record of the same person says beyond, or other than, this one; what it
    /// leaves blank stays. Returns the names of what changed, none when all of it is known.
    pub fn absorb(&mut self, other: &Self, model: &ScoringModel, now: Timestamp) -> Vec<String> {
        self.noting(now, |lead| lead.absorb_all(other, model, now))
    }

    fn absorb_all(&mut self, other: &Self, model: &ScoringModel, now: Timestamp) -> Vec<String> {
        let known = &mut self.details;
        let mut fields = Vec::new();
        let is_spelling = known.mailbox_key == other.details.mailbox_key;
        for (name, text) in &other.details.answers {
            // Another spelling of the same mailbox is no news; and whoever has said no is asked again by
            // nobody but a form.
            let has_denied = name == CONSENT
                && known.answers.get(name).is_some_and(|said| said == CONSENT_DENIED);
            let is_known = name == "email" && is_spelling || has_denied;
            if !is_known && known.answers.get(name) != Some(text) {
                known.take_answer(name, &other.details);
                fields.push(name.clone());
            }
        }
        let note = other.details.note.as_str();
        let is_new = !note.is_empty() && !known.note.contains(note);
        let joined = [known.note.as_str(), note].join("\n");
        if is_new && joined.chars().count() <= NOTE_CHARS_MAX {
            joined.trim_start().clone_into(&mut known.note);
            fields.push("note".to_owned());
        }
        if !fields.is_empty() {
            self.refresh(model, now);
            self.touch(now);
        }
        fields
    }

    /// Takes in another lead of the same person. An answer is the other's where `takes` says so, or
    /// where this lead has none; whatever happened to either has happened to this one.
    pub fn merge(
        &mut self,
        other: &Self,
        takes: impl Fn(&str) -> bool,
        model: &ScoringModel,
        now: Timestamp,
    ) {
        let yields_consent = self.yields_consent_to(other);
        self.noting(now, |lead| {
            for name in other.details.answers.keys() {
                let is_other = match name.as_str() {
                    CONSENT => yields_consent,
                    _ => takes(name) || !lead.details.answers.contains_key(name),
                };
                if is_other {
                    lead.details.keep_beside(name, &other.details, true);
                    lead.details.take_answer(name, &other.details);
                } else {
                    lead.details.keep_beside(name, &other.details, false);
                }
            }
        });
        let details = &mut self.details;
        let notes = [details.note.as_str(), other.details.note.as_str()];
        let notes: Vec<_> = notes.into_iter().filter(|note| !note.is_empty()).collect();
        details.note = notes.join("\n");
        details.observations.extend(other.details.observations.iter().copied());
        details.observations.sort_unstable_by_key(|seen| seen.at);
        self.join_qualified(other);
        let (own, others) = (&mut self.details, &other.details);
        let rejected = [&*own, others].map(|one| one.last_rejected_for());
        own.rejected_for =
            rejected.into_iter().flatten().max_by_key(|(at, _)| *at).map(|(_, why)| why);
        own.lifecycle_began_at = own.lifecycle_began_at.max(others.lifecycle_began_at);
        own.service_seen_at = own.service_seen_at.max(others.service_seen_at);
        own.waiting_since = [own.waiting_since, others.waiting_since].into_iter().flatten().min();
        own.won_at = [own.won_at, others.won_at].into_iter().flatten().min();
        let reviews = [self.details.review.take(), other.details.review.clone()];
        self.details.review = reviews.into_iter().flatten().max_by_key(|review| review.at);
        let rejections = [self.details.rejection, other.details.rejection];
        let newer = rejections.into_iter().flatten().max_by_key(|rejection| rejection.at);
        self.summary.stage = self.summary.stage.max(other.summary.stage);
        // Whoever has come further since was not sent back for good.
        self.details.rejection = newer.filter(|_| self.summary.stage <= Stage::Lead);
        self.refresh(model, now);
        self.touch(now);
    }

    /// Returns every mailbox of the person, by its key.
    #[must_use]
    pub fn mailboxes(&self) -> Vec<String> {
        self.details.mailboxes()
    }

    /// Returns when the consent that stands was stated: when it was changed last, or else when the lead came.
    /// Nothing where a file told it.
    #[must_use]
    pub fn consent_said_at(&self) -> Option<Timestamp> {
        if self.details.consent_read_at.is_some() {
            return None;
        }
        let changes = self.details.history.iter().filter(|change| change.fact == CONSENT);
        Some(changes.map(|change| change.at).max().unwrap_or(self.summary.captured_at))
    }

    /// Returns whether the consent that `other` states is the one that stands when both are one lead: the later
    /// statement, and a no where it is not known which came first (GDPR Article 7(3)).
    #[must_use]
    pub fn yields_consent_to(&self, other: &Self) -> bool {
        let said =
            |lead: &Self| lead.details.answers.get(CONSENT).map(|said| said == CONSENT_DENIED);
        // What a file told may have been said at any time until it was read.
        let said_by = |lead: &Self| lead.consent_said_at().or(lead.details.consent_read_at);
        match (said(self), said(other)) {
            (None, _) => true,
            (_, None) => false,
            (Some(true), Some(false)) => other.consent_said_at() > said_by(self),
            (Some(false), Some(true)) => self.consent_said_at() <= said_by(other),
            _ => other.consent_said_at() > self.consent_said_at(),
        }
    }

    /// Makes the row and the keys follow the details.
    fn refresh(&mut self, model: &ScoringModel, now: Timestamp) {
        let details = &self.details;
        let answer = |name: &str| details.answers.get(name).cloned().unwrap_or_default();
        let row = &mut self.summary;
        (row.name, row.email, row.company) = (answer("name"), answer("email"), answer("company"));
        row.verdict = details.assessment.verdict;
        let score = self.score_at(model, now);
        let row = &mut self.summary;
        (row.fit, row.engagement) = (score.fit, score.engagement);
        row.cell = shown_cell(self.details.review.as_ref(), score.cell, now);
        self.take_score(score);
        self.set_keys();
    }

    fn set_keys(&mut self) {
        let address = EmailAddress::from_stored(&self.summary.email);
        let details = &mut self.details;
        let provider = details.assessment.provider.as_deref();
        details.mailbox_key =
            address.as_ref().map(|address| mailbox_key(address, provider)).unwrap_or_default();
        details.keys = keys::keys(details, address.as_ref());
    }

    /// Moves the lead to `stage`.
    ///
    /// # Errors
    /// [`StageError::Illegal`] when the present stage does not allow it; the lead is unchanged.
    pub fn move_to(&mut self, stage: Stage, now: Timestamp) -> Result<LeadEventKind, StageError> {
        let from = self.summary.stage;
        from.check_move(stage)?;
        self.summary.stage = stage;
        self.details.end_rejection();
        if stage >= Stage::SalesQualified {
            self.details.waiting_since = None;
        }
        if stage == Stage::Customer {
            self.details.won_at = Some(now);
        }
        if stage >= Stage::MarketingQualified {
            let version = self.details.score.model_version;
            self.cross(QualifiedAs::Marketing, QualifiedBy::Person, version, now);
        }
        self.touch(now);
        Ok(LeadEventKind::StageChanged { from, to: stage, by: None })
    }

    /// Sends it back to where it is nurtured: sales looked, and said no for a reason. One that was sent
    /// back before can be again, when somebody has looked again.
    ///
    /// # Errors
    /// [`StageError::Illegal`] when it was never qualified, or has bought; the lead is unchanged.
    pub fn reject(
        &mut self,
        reason: RejectReason,
        wake_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<LeadEventKind, StageError> {
        let from = self.summary.stage;
        let is_open = (Stage::MarketingQualified..=Stage::Opportunity).contains(&from);
        if !is_open && self.details.rejection.is_none() {
            return Err(StageError::Illegal { from, to: Stage::Lead });
        }
        self.summary.stage = Stage::Lead;
        self.details.rejection = Some(Rejection { reason, at: now, wake_at });
        self.details.rejected_for = Some(reason);
        self.details.waiting_since = None;
        // Another lifecycle begins.
        self.details.qualified.clear();
        self.details.lifecycle_began_at = Some(now);
        self.touch(now);
        Ok(LeadEventKind::Rejected { from, reason, wake_at })
    }

    /// Notes that a person looked at the score, and sets the cell that they say it is in.
    pub fn set_review(&mut self, review: Review, now: Timestamp) -> LeadEventKind {
        let cell = review.cell_at(now);
        self.summary.cell = cell.unwrap_or(self.details.score.cell);
        let author = review.author.clone();
        self.details.review = Some(review);
        self.touch(now);
        LeadEventKind::Reviewed { author, cell }
    }

    /// Lets the computed score count again once a cell that was set by hand has had its time. Who set it,
    /// and why, stays. Returns what happened, nothing when there is nothing to end.
    pub fn end_override(&mut self, now: Timestamp) -> Option<LeadEventKind> {
        let review = self.details.review.as_mut()?;
        let set = review.cell.filter(|_| review.until.is_some_and(|until| until <= now))?;
        (review.cell, review.until) = (None, None);
        self.summary.cell = self.details.score.cell;
        self.touch(now);
        Some(LeadEventKind::OverrideEnded { from: set, to: self.summary.cell })
    }

    /// Takes over what was learned in a call, by field; an empty answer is taken away. Scores by it and
    /// returns what happened, nothing when all of it is known.
    pub fn answer(
        &mut self,
        answers: &BTreeMap<String, String>,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Option<LeadEventKind> {
        self.noting(now, |lead| lead.answer_all(answers, model, now))
    }

    fn answer_all(
        &mut self,
        answers: &BTreeMap<String, String>,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Option<LeadEventKind> {
        let known = &mut self.details.answers;
        let mut fields = Vec::new();
        for (name, text) in answers {
            let before = known.get(name).map_or("", String::as_str);
            if before == text {
                continue;
            }
            fields.push(name.clone());
            if text.is_empty() {
                known.remove(name);
            } else {
                known.insert(name.clone(), text.clone());
            }
        }
        if fields.iter().any(|name| name == CONSENT) {
            self.details.consent_read_at = None;
        }
        if fields.is_empty() {
            return None;
        }
        self.refresh(model, now);
        self.touch(now);
        Some(LeadEventKind::Updated { fields })
    }

    /// Sets the owner's note.
    pub fn set_note(&mut self, note: String, now: Timestamp) -> LeadEventKind {
        self.details.note = note;
        self.touch(now);
        LeadEventKind::Updated { fields: vec!["note".to_owned()] }
    }

    /// Notes what a person or a mail server told of the mailbox.
    pub fn see_mailbox(&mut self, mailbox: Mailbox, now: Timestamp) -> LeadEventKind {
        self.details.assessment.mailbox = mailbox;
        if mailbox == Mailbox::Replied {
            self.details.waiting_since = None;
        }
        self.touch(now);
        LeadEventKind::MailboxSeen { mailbox }
    }

    /// Takes over a newer verdict on the same address and scores by it; what is known of the mailbox
    /// itself stays. Returns what happened, nothing when the verdict is the same.
    pub fn recheck(
        &mut self,
        assessment: Assessment,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Vec<LeadEventKind> {
        let (from, to) = (self.summary.verdict, assessment.verdict);
        let (before, mailbox) = (self.known_facts(), self.details.assessment.mailbox);
        self.noting(now, |lead| {
            lead.details.assessment = Assessment { mailbox, ..assessment };
        });
        // The same facts give the same score; it fades by itself and is not stored anew for that.
        let mut told = Vec::new();
        if self.known_facts() == before {
            self.set_keys();
        } else {
            self.refresh(model, now);
            told.extend((from != to).then_some(LeadEventKind::Rechecked { from, to }));
            told.extend(self.qualify(model, now));
        }
        self.touch(now);
        told
    }

    /// Scores it by a model and lets it cross into what that qualifies it for. Returns what is told of it,
    /// perhaps nothing, and `None` when it stays as it is.
    pub fn follow(&mut self, model: &ScoringModel, now: Timestamp) -> Option<Vec<LeadEventKind>> {
        let (version, before) = (self.summary.version, self.summary.cell);
        let is_other = self.rescore(model, now);
        let mut told: Vec<_> = self.cell_change(before).into_iter().collect();
        told.extend(self.qualify(model, now));
        if !is_other && told.is_empty() {
            return None;
        }
        // However much changes at once, it is one change of the row.
        self.touch(now);
        self.summary.version = version + 1;
        Some(told)
    }

    /// Scores it anew; returns whether it was changed: its cell, or a reason and with it perhaps a sum.
    fn rescore(&mut self, model: &ScoringModel, now: Timestamp) -> bool {
        let score = self.score_at(model, now);
        let row = &mut self.summary;
        let same_reasons =
            self.details.score.reasons.iter().map(told).eq(score.reasons.iter().map(told));
        let cell = shown_cell(self.details.review.as_ref(), score.cell, now);
        let is_same = same_reasons && row.cell == cell && self.details.score.cell == score.cell;
        if !is_same {
            (row.fit, row.engagement, row.cell) = (score.fit, score.engagement, cell);
            self.take_score(score);
            self.touch(now);
        }
        !is_same
    }

    /// Returns what tells that it has left the cell that it was in, if it has.
    fn cell_change(&self, from: Cell) -> Option<LeadEventKind> {
        let to = self.summary.cell;
        let model_version = self.details.score.model_version;
        (from != to).then_some(LeadEventKind::Rescored { from, to, model_version })
    }

    /// Returns what the deal would be worth, in whole units of the owner's currency, where that is known.
    #[must_use]
    pub fn deal_value(&self) -> Option<u32> {
        self.details.answers.get(DEAL_VALUE).and_then(|text| parse_deal_value(text))
    }

    /// Returns how likely it is to be won, 0 to 1, where the model has learned that.
    #[must_use]
    pub fn chance(&self, model: &ScoringModel) -> Option<f64> {
        let has_asked = self.details.observations.iter().any(|seen| {
            seen.kind == ObservationKind::HandRaised && seen.at <= self.summary.captured_at
        });
        model.chance(&self.signals(), has_asked)
    }

    /// Returns what rules can look at.
    #[must_use]
    pub fn signals(&self) -> Signals {
        let details = &self.details;
        let looked_up = LookedUp::of(&details.assessment, details.phone.as_ref());
        Signals::of(&details.answers, looked_up, &details.observations).with_origin(
            &self.summary.form_id,
            self.summary.source,
            &details.attribution,
        )
    }

    /// Returns the score of this lead at a time under `model`, by what was known and seen of it then. At
    /// the edge of a band it stays in the cell that it was in.
    #[must_use]
    pub fn score_at(&self, model: &ScoringModel, at: Timestamp) -> Score {
        let score = score_lead(&self.signals_at(at), model, at);
        if at < self.summary.captured_at {
            return score;
        }
        let cell = self.cell_at(at).after(score.fit, score.engagement, &model.thresholds);
        Score { cell, ..score }
    }

    fn touch(&mut self, now: Timestamp) {
        // The row says what a list needs of the details.
        (self.summary.waiting_since, self.summary.rejection) =
            (self.details.waiting_since, self.details.rejection);
        self.summary.updated_at = now;
        self.summary.version += 1;
    }
}

/// Returns the cell that a person has set for now, or the computed one.
fn shown_cell(review: Option<&Review>, computed: Cell, now: Timestamp) -> Cell {
    review.and_then(|review| review.cell_at(now)).unwrap_or(computed)
}

/// What of a reason is kept: its age grows by itself.
fn told(reason: &ScoreReason) -> (&str, &str, i32) {
    (&reason.rule, &reason.label, reason.points)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::email::SyntaxReason;

    /// A lead with these answers and no address that could be checked.
    pub(crate) fn made(id: u8, at: Timestamp, answers: &[(&str, &str)]) -> Lead {
        let submission = Submission {
            answers: answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            email: None,
            phone: None,
            attribution: Attribution::of(&Default::default()),
            client_score: None,
        };
        let assessment = Assessment::of_bad_syntax(SyntaxReason::Empty, at);
        let findings = Findings { assessment, phone: None };
        Lead::import(LeadId::new(at, [id; 10]), submission, findings, &model(), at)
    }

    pub(crate) fn model() -> ScoringModel {
        serde_json::from_str(include_str!("../data/default_model.json")).unwrap()
    }

    fn lead(id: u8, answers: &[(&str, &str)], note: &str) -> Lead {
        let at = Timestamp::from_ms(i64::from(id));
        let mut lead = made(id, at, answers);
        lead.details.observations.push(Observation { kind: ObservationKind::GuideRead, at });
        lead.details.note = note.to_owned();
        lead
    }

    #[test]
    fn a_file_takes_consent_away_and_never_gives_it_back() {
        let mut known = lead(1, &[("name", "Ada"), ("consent", "yes")], "");
        let line = |consent| lead(2, &[("name", "Ada"), ("consent", consent)], "");
        assert_eq!(known.absorb(&line("no"), &model(), Timestamp::from_ms(9)), ["consent"]);
        assert_eq!(known.absorb(&line("yes"), &model(), Timestamp::from_ms(9)), [""; 0]);
        assert_eq!(known.details.answers["consent"], CONSENT_DENIED);
    }

    #[test]
    fn a_merge_keeps_the_latest_statement_and_both_addresses() {
        let said = |id: u8, email: &str, consent: &str| {
            let mut lead =
                lead(id, &[("email", email), ("name", "Clara Nyberg"), ("consent", consent)], "");
            lead.details.mailbox_key = email.to_owned();
            lead
        };
        let merged = |mut one: Lead, other: &Lead, takes: bool| {
            one.merge(other, |_| takes, &model(), Timestamp::from_ms(9));
            let answer = |name: &str| one.details.answers.get(name).cloned().unwrap_or_default();
            (answer("consent"), answer("email"), answer("other_email"))
        };
        let expected = |consent: &str, email: &str, other: &str| {
            (consent.to_owned(), email.to_owned(), other.to_owned())
        };
        let (old, new) = ("clara@example.com", "clara@example.org");
        let later_yes = said(2, new, "yes");
        assert_eq!(merged(said(1, old, "no"), &later_yes, false), expected("yes", old, new));
        assert_eq!(merged(said(1, old, "no"), &later_yes, true), expected("yes", new, old));
        let later_no = said(2, new, "no");
        assert_eq!(merged(said(1, old, "yes"), &later_no, false), expected("no", old, new));
        // Which came first is not known.
        assert_eq!(merged(said(2, old, "yes"), &later_no, false), expected("no", old, new));
        assert_eq!(merged(said(2, old, "no"), &later_yes, true), expected("no", new, old));
        // A file does not say when its yes was given, so it takes back no no;
        let mut undated_yes = later_yes.clone();
        undated_yes.details.consent_read_at = Some(Timestamp::from_ms(9));
        assert_eq!(merged(said(1, old, "no"), &undated_yes, false), expected("no", old, new));
        // and a yes that was given after a file was read is later than the no in it.
        let mut read_no = said(1, old, "no");
        read_no.details.consent_read_at = Some(Timestamp::from_ms(1));
        assert_eq!(merged(read_no.clone(), &later_yes, false), expected("yes", old, new));
        read_no.details.consent_read_at = Some(Timestamp::from_ms(9));
        assert_eq!(merged(read_no, &later_yes, false), expected("no", old, new));
        // A statement that was changed here is as late as the change.
        let mut changed = said(1, old, "yes");
        let no = BTreeMap::from([("consent".to_owned(), "no".to_owned())]);
        assert!(changed.answer(&no, &model(), Timestamp::from_ms(5)).is_some());
        assert_eq!(merged(changed, &later_yes, false), expected("no", old, new));
    }

    #[test]
    fn a_merge_loses_nothing_and_takes_what_is_chosen() {
        let mut older = lead(1, &[("name", "Ada B."), ("email", "ada@acme.co")], "Called");
        let mut newer = lead(
            2,
            &[("name", "Ada Byron"), ("email", "ada@home.co"), ("role", "decision_maker")],
            "Wrote",
        );
        newer.summary.stage = Stage::Opportunity;
        older.merge(&newer, |name| name == "name", &model(), Timestamp::from_ms(9));
        let answers = &older.details.answers;
        assert_eq!(
            (answers["name"].as_str(), answers["email"].as_str(), answers["role"].as_str()),
            ("Ada Byron", "ada@acme.co", "decision_maker")
        );
        assert_eq!(
            (older.summary.name.as_str(), older.details.note.as_str()),
            ("Ada Byron", "Called\nWrote")
        );
        assert_eq!((older.summary.stage, older.summary.version), (Stage::Opportunity, 2));
        assert_eq!(older.details.observations.len(), 2);
        assert_eq!(older.summary.fit, older.details.score.fit);
        assert!(older.details.keys.iter().any(|key| key == "email:ada@acme.co"));
    }
}
