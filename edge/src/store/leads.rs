//! Leads: stored once, listed by keyset, changed by version.

use plumbline_domain::attribution::Source;
use plumbline_domain::email::Verdict;
use plumbline_domain::id::{EventId, FormId, IdempotencyKey, LeadId};
use plumbline_domain::lead::{Lead, LeadEvent, LeadEventKind, LeadSummary, Stage};
use plumbline_domain::scoring::{Cell, rank};
use plumbline_domain::time::Timestamp;
use serde::Deserialize;
use worker::Result;

use super::d1::Statement;
use super::{Store, corrupt, integer, text};
use crate::statement;

/// The most events shown of one lead.
const EVENTS_MAX: i64 = 200;

/// The row of a lead as SQLite returns it.
#[derive(Debug, Deserialize)]
pub(super) struct LeadRow {
    id: String,
    form_id: String,
    captured_at: i64,
    updated_at: i64,
    version: u32,
    name: String,
    email: String,
    company: String,
    source: String,
    stage: String,
    cell: String,
    fit: i32,
    engagement: i32,
    verdict: Verdict,
    #[serde(default)]
    details: String,
    #[serde(default)]
    rank: i64,
    #[serde(default)]
    search_id: i64,
}

impl LeadRow {
    pub(super) fn summary(&self) -> Result<LeadSummary> {
        Ok(LeadSummary {
            id: LeadId::parse(&self.id).map_err(|_| corrupt("id"))?,
            form_id: FormId::parse(&self.form_id).map_err(|_| corrupt("form id"))?,
            captured_at: Timestamp::from_ms(self.captured_at),
            updated_at: Timestamp::from_ms(self.updated_at),
            version: self.version,
            name: self.name.clone(),
            email: self.email.clone(),
            company: self.company.clone(),
            source: Source::parse(&self.source).ok_or_else(|| corrupt("source"))?,
            stage: Stage::parse(&self.stage).ok_or_else(|| corrupt("stage"))?,
            cell: Cell::parse(&self.cell).ok_or_else(|| corrupt("cell"))?,
            fit: self.fit,
            engagement: self.engagement,
            verdict: self.verdict,
        })
    }

    pub(super) fn lead(&self) -> Result<Lead> {
        Ok(Lead {
            summary: self.summary()?,
            details: serde_json::from_slice(self.details.as_bytes())?,
        })
    }
}

/// A row of a list with the place it has there.
pub struct Listed {
    /// The row.
    pub lead: LeadSummary,
    /// The number the list is sorted by.
    pub number: i64,
}

/// What is stored under an idempotency key.
pub struct StoredReceipt {
    /// The lead.
    pub lead_id: LeadId,
    /// Its cell.
    pub cell: Cell,
    /// The hash of the answers it was made of.
    pub body_hash: String,
}

#[derive(Deserialize)]
struct ReceiptRow {
    id: String,
    cell: String,
    body_hash: String,
}

#[derive(Deserialize)]
pub(super) struct EventRow {
    pub(super) id: String,
    pub(super) lead_id: String,
    pub(super) occurred_at: i64,
    pub(super) kind: String,
}

impl EventRow {
    pub(super) fn event(&self) -> Result<LeadEvent> {
        Ok(LeadEvent {
            id: EventId::parse(&self.id).map_err(|_| corrupt("event id"))?,
            lead_id: LeadId::parse(&self.lead_id).map_err(|_| corrupt("lead id"))?,
            occurred_at: Timestamp::from_ms(self.occurred_at),
            kind: serde_json::from_slice(self.kind.as_bytes())?,
        })
    }
}

impl Store {
    /// Stores a captured lead once per form and key; its event and its counts are stored by the
    /// same statement. Returns whether this call stored it: a replay writes nothing.
    ///
    /// # Errors
    /// When the database fails; then nothing was stored.
    pub async fn insert_captured(
        &self,
        lead: &Lead,
        key: &IdempotencyKey,
        body_hash: &str,
    ) -> Result<bool> {
        let insert = self.prepare_insert(lead, key, body_hash)?;
        Ok(self.run_prepared(insert).await? > 0)
    }

    pub(super) fn prepare_insert(
        &self,
        lead: &Lead,
        key: &IdempotencyKey,
        body_hash: &str,
    ) -> Result<Statement> {
        let row = &lead.summary;
        self.prepare(
            statement::LEADS_INSERT,
            &[
                text(&row.id.to_string()),
                text(row.form_id.as_str()),
                text(key.as_str()),
                text(body_hash),
                integer(row.captured_at.as_ms()),
                integer(row.captured_at.day().count()),
                text(row.stage.as_str()),
                text(row.cell.as_str()),
                integer(i64::from(rank(row.cell, row.fit, row.engagement))),
                integer(i64::from(row.fit)),
                integer(i64::from(row.engagement)),
                text(row.source.as_str()),
                text(row.verdict.as_str()),
                text(&row.name),
                text(&row.email),
                text(&row.company),
                text(&serde_json::to_string(&lead.details)?),
            ],
        )
    }

    /// Returns what is stored under a form and key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_receipt(
        &self,
        form_id: &FormId,
        key: &IdempotencyKey,
    ) -> Result<Option<StoredReceipt>> {
        let values = [text(form_id.as_str()), text(key.as_str())];
        let row: Option<ReceiptRow> = self.first(statement::LEADS_FIND_RECEIPT, &values).await?;
        let receipt = row.map(|row| {
            Ok(StoredReceipt {
                lead_id: LeadId::parse(&row.id).map_err(|_| corrupt("id"))?,
                cell: Cell::parse(&row.cell).ok_or_else(|| corrupt("cell"))?,
                body_hash: row.body_hash,
            })
        });
        receipt.transpose()
    }

    /// Returns the lead and its events, oldest first, or `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_lead(&self, id: LeadId) -> Result<Option<(Lead, Vec<LeadEvent>)>> {
        let id = id.to_string();
        let results = self
            .batch(vec![
                self.prepare(statement::LEADS_FIND, &[text(&id)])?,
                self.prepare(statement::EVENTS_LIST_OF_LEAD, &[text(&id), integer(EVENTS_MAX)])?,
            ])
            .await?;
        let [leads, events] = results.as_slice() else { return Err(corrupt("batch")) };
        let Some(row) = leads.rows::<LeadRow>()?.into_iter().next() else { return Ok(None) };
        let events =
            events.rows::<EventRow>()?.iter().map(EventRow::event).collect::<Result<_>>()?;
        Ok(Some((row.lead()?, events)))
    }

    /// Returns leads captured before `before`, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_newest(&self, before: &str, limit: u32) -> Result<Vec<Listed>> {
        let values = [text(before), integer(i64::from(limit))];
        let rows: Vec<LeadRow> = self.all(statement::LEADS_LIST_NEWEST, &values).await?;
        listed(&rows, |_| 0)
    }

    /// Returns leads below `(rank, id)` and not below `lowest`, highest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_priority(
        &self,
        (rank, id): (i64, &str),
        lowest: i64,
        limit: u32,
    ) -> Result<Vec<Listed>> {
        let values = [integer(rank), text(id), integer(lowest), integer(i64::from(limit))];
        let rows: Vec<LeadRow> = self.all(statement::LEADS_LIST_PRIORITY, &values).await?;
        listed(&rows, |row| row.rank)
    }

    /// Returns leads that match an FTS5 expression, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search_leads(
        &self,
        expression: &str,
        before: i64,
        limit: u32,
    ) -> Result<Vec<Listed>> {
        let values = [text(expression), integer(before), integer(i64::from(limit))];
        let rows: Vec<LeadRow> = self.all(statement::SEARCH_LIST, &values).await?;
        listed(&rows, |row| row.search_id)
    }

    /// Stores a changed lead with its events, unless its stored version is not `version` any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_lead(
        &self,
        lead: &Lead,
        version: u32,
        events: &[LeadEvent],
    ) -> Result<bool> {
        let row = &lead.summary;
        let mut statements = vec![self.prepare(
            statement::LEADS_UPDATE,
            &[
                text(&row.id.to_string()),
                integer(i64::from(version)),
                text(row.stage.as_str()),
                integer(row.updated_at.as_ms()),
                text(&serde_json::to_string(&lead.details)?),
            ],
        )?];
        // Each event is stored only if the statement before it changed a row, so a lost race
        // stores none of them.
        for event in events {
            statements.push(self.prepare_event(event)?);
        }
        let changes = self.batch_changes(statements).await?;
        Ok(changes.first().is_some_and(|rows| *rows > 0))
    }

    /// Erases a lead, its events and its words; one event without content stays behind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase_lead(&self, id: LeadId, event: &LeadEvent) -> Result<bool> {
        let key = id.to_string();
        let changes = self
            .batch_changes(vec![
                self.prepare(statement::SEARCH_ERASE, &[text(&key)])?,
                self.prepare(statement::LEADS_ERASE, &[text(&key)])?,
                self.prepare_event(event)?,
                // The last event stays, so that no sequence number is ever given twice: a consumer
                // would take the second for one that it has seen.
                self.prepare(
                    statement::EVENTS_ERASE_OF_LEAD,
                    &[text(&key), text(&event.id.to_string())],
                )?,
            ])
            .await?;
        Ok(changes.get(1).is_some_and(|rows| *rows > 0))
    }

    fn prepare_event(&self, event: &LeadEvent) -> Result<Statement> {
        self.prepare(
            statement::EVENTS_INSERT_AFTER_CHANGE,
            &[
                text(&event.id.to_string()),
                text(&event.lead_id.to_string()),
                integer(event.occurred_at.as_ms()),
                text(&serde_json::to_string::<LeadEventKind>(&event.kind)?),
            ],
        )
    }
}

fn listed(rows: &[LeadRow], number: impl Fn(&LeadRow) -> i64) -> Result<Vec<Listed>> {
    rows.iter().map(|row| Ok(Listed { lead: row.summary()?, number: number(row) })).collect()
}
