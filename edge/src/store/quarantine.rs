//! Suspected spam: held, listed, released or deleted.

use plumbline_api::quarantine::{QuarantineReason, QuarantinedSubmission, SUBMISSIONS_MAX};
use plumbline_api::submissions::SubmissionRequest;
use plumbline_domain::id::{FormId, IdempotencyKey, LeadId};
use plumbline_domain::lead::Lead;
use plumbline_domain::time::{Day, Timestamp};
use worker::Result;

use super::row::Row;
use super::{Store, integer, text};
use crate::quota::Quota;
use crate::statement;

/// A submission as it is held: whole, so that it can still become its lead.
pub struct HeldSubmission {
    /// The id that its receipt named, and that its lead would have.
    pub id: LeadId,
    /// The form it came through.
    pub form_id: FormId,
    /// When it was sent.
    pub received_at: Timestamp,
    /// Why it was held.
    pub reason: QuarantineReason,
    /// What was sent.
    pub submission: SubmissionRequest,
    /// The key that it is held under, once; empty for what was held before there was one.
    pub key: String,
    /// The country that it came from, in two letters, or nothing.
    pub country: String,
    /// The site that the form stood on, where the owner had not listed it; else empty.
    pub site: String,
    /// Whose it is, as a hash; empty where it names no mailbox.
    pub mailbox: String,
}

impl HeldSubmission {
    /// Returns what the owner is shown of it.
    pub fn shown(self) -> QuarantinedSubmission {
        let SubmissionRequest { answers, page, .. } = self.submission;
        QuarantinedSubmission {
            id: self.id,
            form_id: self.form_id,
            received_at: self.received_at,
            reason: self.reason,
            answers,
            page_url: page.page_url,
        }
    }
}

fn held(row: &Row) -> Result<HeldSubmission> {
    Ok(HeldSubmission {
        id: row.parsed("id", |text| LeadId::parse(text).ok())?,
        form_id: row.parsed("form_id", |text| FormId::parse(text).ok())?,
        received_at: row.time("received_at")?,
        reason: row.parsed("reason", QuarantineReason::parse)?,
        submission: row.json("submission")?,
        key: row.text("idempotency_key")?,
        country: row.text("country")?,
        site: row.text("site")?,
        mailbox: String::new(),
    })
}

impl Store {
    /// Holds a submission for a person to look at, once for each form and key. Returns the id of what is
    /// held, or of the lead that it has become already; nothing where no more is held today.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold(&self, held: &HeldSubmission, quota: &Quota) -> Result<Option<LeadId>> {
        let values = [
            text(&held.id.to_string()),
            text(held.form_id.as_str()),
            integer(held.received_at.as_ms()),
            text(held.reason.as_str()),
            text(&serde_json::to_string(&held.submission)?),
            text(&held.key),
            text(&held.country),
            text(&held.site),
            text(&held.mailbox),
            integer(quota.day),
            text(&quota.network),
            integer(quota.per_network.into()),
            integer(quota.per_form.into()),
        ];
        let insert = self.prepare(statement::QUARANTINE_INSERT, &values)?;
        let count = self.prepare_count(quota, &held.form_id, (0, 1))?;
        let changes = self.batch_changes(vec![insert, count]).await?;
        if changes.first().is_some_and(|rows| *rows > 0) {
            return Ok(Some(held.id));
        }
        let values = [text(held.form_id.as_str()), text(&held.key)];
        let known = self.first(statement::QUARANTINE_FIND_ID, &values).await?;
        known.map(|row| row.parsed("id", |text| LeadId::parse(text).ok())).transpose()
    }

    /// Returns a page of what is held, newest first, behind `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_held(&self, after: Option<LeadId>) -> Result<Vec<HeldSubmission>> {
        // Ids are hexadecimal, so this comes behind all of them.
        let after = after.map_or_else(|| "~".to_owned(), |id| id.to_string());
        let values = [integer(i64::from(SUBMISSIONS_MAX)), text(&after)];
        let rows = self.all(statement::QUARANTINE_LIST, &values).await?;
        rows.iter().map(held).collect()
    }

    /// Returns one held submission, or `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_held(&self, id: LeadId) -> Result<Option<HeldSubmission>> {
        let row = self.first(statement::QUARANTINE_FIND, &[text(&id.to_string())]).await?;
        row.as_ref().map(held).transpose()
    }

    /// Stores the lead of a held submission, which is held no more.
    ///
    /// # Errors
    /// When the database fails; then it is held still.
    pub async fn release(&self, lead: &Lead, key: &IdempotencyKey, body_hash: &str) -> Result<()> {
        let id = text(&lead.summary.id.to_string());
        let erase = self.prepare(statement::QUARANTINE_ERASE, &[id])?;
        let insert =
            self.prepare_insert(lead, key, body_hash, &[], &Quota::none(lead.summary.captured_at))?;
        self.batch_changes(vec![insert, erase]).await.map(drop)
    }

    /// Deletes a held submission; returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn discard_held(&self, id: LeadId) -> Result<bool> {
        Ok(self.run(statement::QUARANTINE_ERASE, &[text(&id.to_string())]).await? > 0)
    }

    /// Returns how many submissions were held on a day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_held(&self, day: Day) -> Result<u32> {
        let row =
            self.first(statement::SUBMISSION_COUNTS_SUM_HELD, &[integer(day.count())]).await?;
        row.map_or(Ok(0), |row| row.integer("held"))
    }

    /// Forgets what was counted before `day`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_counts_before(&self, day: Day) -> Result<()> {
        self.run(statement::SUBMISSION_COUNTS_ERASE_BEFORE, &[integer(day.count())]).await.map(drop)
    }

    /// Deletes what was received before `at`: ids sort by time, so only those are looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn discard_held_before(&self, at: Timestamp) -> Result<()> {
        let first = LeadId::new(at, [0; 10]).to_string();
        self.run(statement::QUARANTINE_ERASE_BEFORE, &[text(&first)]).await.map(drop)
    }
}
