//! Leads: stored once, listed by keyset, changed by version.

use std::collections::BTreeSet;
use std::slice::from_ref;

use plumbline_api::leads::{Chance, LeadRecord, NeededAnswer};
use plumbline_domain::attribution::Source;
use plumbline_domain::email::Verdict;
use plumbline_domain::id::{EventId, FormId, IdempotencyKey, LeadId};
use plumbline_domain::lead::{Lead, LeadDetails, LeadEvent, LeadEventKind, LeadSummary, Stage};
use plumbline_domain::scoring::{
    Cell, Likelihood, MissingSignal, ScoringModel, missing_signals, rank,
};
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::d1::Statement;
use super::many::ids_text;
use super::row::Row;
use super::{Store, integer, short_batch, text};
use crate::quota::Quota;
use crate::statement;

/// The most events shown of one lead.
const EVENTS_MAX: i64 = 200;
/// How many signals are named that would raise a score.
const MISSING_SIGNALS: usize = 3;
/// The most leads shown beside one as the same person.
const SAME_PERSON_MAX: i64 = 20;

/// Reads what lists show of a lead.
pub(super) fn summary(row: &Row) -> Result<LeadSummary> {
    Ok(LeadSummary {
        id: row.parsed("id", |text| LeadId::parse(text).ok())?,
        form_id: row.parsed("form_id", |text| FormId::parse(text).ok())?,
        captured_at: row.time("captured_at")?,
        updated_at: row.time("updated_at")?,
        version: row.integer("version")?,
        name: row.text("name")?,
        email: row.text("email")?,
        company: row.text("company")?,
        source: row.parsed("source", Source::parse)?,
        stage: row.parsed("stage", Stage::parse)?,
        cell: row.parsed("cell", Cell::parse)?,
        fit: row.integer("fit")?,
        engagement: row.integer("engagement")?,
        verdict: row.parsed("verdict", Verdict::parse)?,
        waiting_since: row.optional_text("waiting_since").and_then(|at| Timestamp::parse(&at).ok()),
        rejection: match row.optional_text("rejection") {
            Some(text) => serde_json::from_slice(text.as_bytes())?,
            None => None,
        },
    })
}

/// Reads a lead in full.
pub(super) fn lead(row: &Row) -> Result<Lead> {
    let (mut summary, details): (_, LeadDetails) = (summary(row)?, row.json("details")?);
    (summary.waiting_since, summary.rejection) = (details.waiting_since, details.rejection);
    Ok(Lead { summary, details })
}

pub(super) fn event(row: &Row) -> Result<LeadEvent> {
    Ok(LeadEvent {
        id: row.parsed("id", |text| EventId::parse(text).ok())?,
        lead_id: row.parsed("lead_id", |text| LeadId::parse(text).ok())?,
        occurred_at: row.time("occurred_at")?,
        kind: row.json("kind")?,
    })
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
        fill: &[String],
        quota: &Quota,
    ) -> Result<bool> {
        let insert = self.prepare_insert(lead, key, body_hash, fill, quota)?;
        let count = self.prepare_count(quota, &lead.summary.form_id, (1, 0))?;
        let changes = self.batch_changes(vec![insert, count]).await?;
        Ok(changes.first().is_some_and(|rows| *rows > 0))
    }

    /// Counts what the statement before it has stored or held, if it has.
    pub(super) fn prepare_count(
        &self,
        quota: &Quota,
        form_id: &FormId,
        (stored, held): (i64, i64),
    ) -> Result<Statement> {
        let values = [
            integer(quota.day),
            text(&serde_json::to_string(&["", quota.network.as_str()])?),
            text(form_id.as_str()),
            integer(stored),
            integer(held),
        ];
        self.prepare(statement::SUBMISSION_COUNTS_ADD, &values)
    }

    pub(super) fn prepare_insert(
        &self,
        lead: &Lead,
        key: &IdempotencyKey,
        body_hash: &str,
        fill: &[String],
        quota: &Quota,
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
                text(&serde_json::to_string(fill)?),
                text(&quota.network),
                integer(quota.per_network.into()),
                integer(quota.per_form.into()),
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
        let row = self.first(statement::LEADS_FIND_RECEIPT, &values).await?;
        let receipt = row.map(|row| {
            Ok(StoredReceipt {
                lead_id: row.parsed("id", |text| LeadId::parse(text).ok())?,
                cell: row.parsed("cell", Cell::parse)?,
                body_hash: row.text("body_hash")?,
            })
        });
        receipt.transpose()
    }

    /// Returns a lead with everything that belongs to it, or `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_lead(&self, id: LeadId, now: Timestamp) -> Result<Option<LeadRecord>> {
        let id = text(&id.to_string());
        let of = |sql, max| self.prepare(sql, &[id.clone(), integer(max)]);
        let results = self
            .batch(vec![
                self.prepare(statement::LEADS_FIND, from_ref(&id))?,
                of(statement::EVENTS_LIST_OF_LEAD, EVENTS_MAX)?,
                of(statement::LEAD_KEYS_LIST_SAME, SAME_PERSON_MAX)?,
                self.prepare(statement::SCORING_MODELS_FIND_LATEST, &[])?,
            ])
            .await?;
        let [leads, events, same, models] = results.as_slice() else {
            return Err(short_batch());
        };
        let Some(row) = leads.rows().into_iter().next() else { return Ok(None) };
        let lead = lead(&row)?;
        let model = models.rows().into_iter().next();
        let model: ScoringModel = model
            .ok_or_else(|| worker::Error::from("there is no scoring model"))?
            .json("definition")?;
        let mailboxes = lead.mailboxes();
        let mailboxes: Vec<&str> = mailboxes.iter().map(String::as_str).collect();
        let suppressed = self.find_suppressed(&mailboxes, now).await?;
        Ok(Some(LeadRecord {
            today: lead.score_at(&model, now),
            missing: missing(&lead, &model, now),
            chance: chance(&lead, &model),
            needed: needed(&lead, &model),
            lead,
            events: events.rows().iter().map(event).collect::<Result<_>>()?,
            same_person: same.rows().iter().map(summary).collect::<Result<_>>()?,
            suppressed: suppressed.into_values().next(),
        }))
    }

    /// Returns leads captured before `before`, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_newest(&self, before: &str, limit: u32) -> Result<Vec<Listed>> {
        let values = [text(before), integer(i64::from(limit))];
        let rows = self.all(statement::LEADS_LIST_NEWEST, &values).await?;
        listed(&rows, None)
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
        let rows = self.all(statement::LEADS_LIST_PRIORITY, &values).await?;
        listed(&rows, Some("rank"))
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
        let rows = self.all(statement::SEARCH_LIST, &values).await?;
        listed(&rows, Some("search_id"))
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
                text(row.cell.as_str()),
                integer(i64::from(rank(row.cell, row.fit, row.engagement))),
                integer(i64::from(row.fit)),
                integer(i64::from(row.engagement)),
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

    /// Erases a lead, its events, its words and what else is held of its person. One event without content
    /// stays behind, and the hashes of its mailboxes and form fills: no file and no replay brings it back.
    /// Returns the domains of its addresses, or `None` where there is no such lead.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase_lead(
        &self,
        id: LeadId,
        event: &LeadEvent,
    ) -> Result<Option<BTreeSet<String>>> {
        let key = id.to_string();
        let listed_id = ids_text(&[id])?;
        let hasher = self.hasher(event.occurred_at).await?;
        let rows = self.all(statement::ERASED_LIST_OF_LEAD, &[text(&key)]).await?;
        let (mut hashes, mut said, mut domains) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for row in &rows {
            let details: LeadDetails = row.json("details")?;
            for mailbox in details.mailboxes() {
                hashes.extend(hasher.hashes(&mailbox));
                domains.extend(mailbox.rsplit_once('@').map(|(_, domain)| domain.to_owned()));
                said.insert(mailbox);
            }
            said.insert(row.text("email")?.to_lowercase());
            let form_id = row.parsed("form_id", |text| FormId::parse(text).ok())?;
            if let Ok(fill) = IdempotencyKey::parse(&row.text("idempotency_key")?) {
                hashes.extend(hasher.hashes_of_fill(&form_id, &fill));
            }
        }
        said.remove("");
        let hashes = text(&serde_json::to_string(&hashes)?);
        let said = text(&serde_json::to_string(&said)?);
        let changes = self
            .batch_changes(vec![
                self.prepare(statement::SEARCH_ERASE, &[text(&key)])?,
                self.prepare(statement::LEAD_KEYS_ERASE_MANY, &[text(&listed_id)])?,
                self.prepare(statement::IMPORTS_ERASE_OF_LEAD, &[text(&key)])?,
                self.prepare(statement::MERGES_ERASE_OF_LEAD, &[text(&key)])?,
                // The event is stored only if this changes a row.
                self.prepare(statement::LEADS_ERASE, &[text(&key)])?,
                self.prepare_event(event)?,
                // The last event stays, so that no sequence number is ever given twice: a consumer
                // would take the second for one that it has seen.
                self.prepare(
                    statement::EVENTS_ERASE_OF_LEAD,
                    &[text(&key), text(&event.id.to_string())],
                )?,
                self.prepare(
                    statement::ERASED_INSERT_MANY,
                    &[hashes.clone(), integer(event.occurred_at.as_ms())],
                )?,
                self.prepare(statement::QUARANTINE_ERASE_OF_PERSON, &[hashes, said.clone()])?,
                self.prepare(statement::IMPORTS_FORGET_NAME, &[said])?,
            ])
            .await?;
        Ok(changes.get(4).is_some_and(|rows| *rows > 0).then_some(domains))
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

/// Returns what is not known of a lead and would raise its score.
pub fn missing(lead: &Lead, model: &ScoringModel, now: Timestamp) -> Vec<MissingSignal> {
    missing_signals(&lead.signals(), model, now, MISSING_SIGNALS)
}

/// Returns how likely a lead is to be won, where that was learned.
pub fn chance(lead: &Lead, model: &ScoringModel) -> Option<Chance> {
    let likelihood = model.likelihood?;
    let chance = lead.chance(model)?;
    let Likelihood { leads, won, .. } = likelihood;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1,000")]
    let per_mille = (chance * 1_000.0).round() as u32;
    Some(Chance { per_mille, leads, won, alike: likelihood.alike(chance) })
}

/// Returns what sales must know of a lead and does not, with the answers that rules know.
pub fn needed(lead: &Lead, model: &ScoringModel) -> Vec<NeededAnswer> {
    let known = lead.signals();
    let required = model.qualification.sales.required.iter();
    let missing = required.filter(|name| known.fact(name).is_none());
    missing
        .map(|name| NeededAnswer { name: name.clone(), known: model.known_answers(name) })
        .collect()
}

fn listed(rows: &[Row], sorted_by: Option<&str>) -> Result<Vec<Listed>> {
    let number = |row: &Row| sorted_by.map_or(Ok(0), |column| row.integer(column));
    rows.iter().map(|row| Ok(Listed { lead: summary(row)?, number: number(row)? })).collect()
}
