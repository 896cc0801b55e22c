//! Many leads at a time, as JSON in one parameter: one statement, however many there are.

use plumbline_domain::id::{EventId, LeadId};
use plumbline_domain::lead::{Lead, LeadEventKind};
use plumbline_domain::scoring::rank;
use plumbline_domain::time::Timestamp;
use serde::Serialize;
use worker::Result;

use super::d1::Statement;
use super::{Store, integer, text};
use crate::statement;

/// A lead that was changed, and what is told of it.
pub struct ChangedLead {
    /// As it is now, at the version after the one that is stored.
    pub lead: Lead,
    /// What happened.
    pub events: Vec<(EventId, LeadEventKind)>,
}

#[derive(Serialize)]
struct LeadJson<'a> {
    id: LeadId,
    form_id: &'a str,
    key: &'a str,
    captured_at: i64,
    day: i64,
    updated_at: i64,
    version: u32,
    stage: &'static str,
    cell: &'static str,
    rank: u32,
    fit: i32,
    engagement: i32,
    source: &'static str,
    verdict: &'static str,
    name: &'a str,
    email: &'a str,
    company: &'a str,
    /// JSON in a text, as its column holds it.
    details: String,
}

#[derive(Serialize)]
struct ToldJson {
    id: LeadId,
    version: u32,
    event_id: EventId,
    /// JSON in a text, as its column holds it.
    kind: String,
}

#[derive(Serialize)]
struct IdJson {
    id: LeadId,
}

#[derive(Serialize)]
struct VersionJson {
    id: LeadId,
    version: u32,
}

/// Whether an import or a merge that left a lead at the version before can still be undone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// It can: the change follows from what is stored, and would come again.
    Stays,
    /// It cannot: something new would be lost with it.
    Ends,
}

/// What one parameter of a statement may hold, with room to spare (D1's limit is 2 MB).
const PARAMETER_BYTES: usize = 1_000_000;

impl Store {
    /// Prepares to store leads that were changed, unless somebody else has changed them since they were
    /// read, with what is told of them; so many at a time as one parameter may hold.
    ///
    /// # Errors
    /// When a statement cannot be prepared.
    pub(super) fn prepare_changes(
        &self,
        changed: &[ChangedLead],
        undo: Undo,
        now: Timestamp,
    ) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        for (leads, told) in changes_texts(changed.iter().map(|one| (one, "")))? {
            let leads = [text(&leads)];
            // What is told joins the version before, so it comes first.
            let told = [text(&told), integer(now.as_ms())];
            statements.push(self.prepare(statement::EVENTS_INSERT_MANY, &told)?);
            statements.push(self.prepare(statement::LEADS_UPDATE_MANY, &leads)?);
            if undo == Undo::Stays {
                statements.push(self.prepare(statement::LEADS_KEEP_IMPORTS, &leads)?);
                statements.push(self.prepare(statement::LEADS_KEEP_MERGES, &leads)?);
            }
        }
        Ok(statements)
    }

    /// Stores leads that were changed, as [`Self::prepare_changes`] says.
    ///
    /// # Errors
    /// When the database fails; then nothing was stored.
    pub async fn store_changed(&self, changed: &[ChangedLead], now: Timestamp) -> Result<()> {
        let statements = self.prepare_changes(changed, Undo::Stays, now)?;
        self.batch_changes(statements).await.map(drop)
    }
}

/// Returns leads that were changed at the versions that they are changed from.
///
/// # Errors
/// Never: plain numbers and texts can be written.
pub fn versions_before(changed: &[ChangedLead]) -> Result<String> {
    let versions = changed.iter().map(|one| &one.lead.summary);
    let versions = versions.map(|row| VersionJson { id: row.id, version: row.version - 1 });
    Ok(serde_json::to_string(&versions.collect::<Vec<_>>())?)
}

/// Returns leads, each with an idempotency key where it is new, or with the line of a file that changes it.
///
/// # Errors
/// When a lead cannot be written as JSON.
pub fn leads_text(leads: &[(&Lead, &str)]) -> Result<String> {
    let rows = leads.iter().map(|(lead, key)| lead_json(lead, key));
    Ok(serde_json::to_string(&rows.collect::<Result<Vec<_>>>()?)?)
}

fn lead_json<'a>(lead: &'a Lead, key: &'a str) -> Result<LeadJson<'a>> {
    let row = &lead.summary;
    Ok(LeadJson {
        id: row.id,
        form_id: row.form_id.as_str(),
        key,
        captured_at: row.captured_at.as_ms(),
        day: row.captured_at.day().count(),
        updated_at: row.updated_at.as_ms(),
        version: row.version,
        stage: row.stage.as_str(),
        cell: row.cell.as_str(),
        rank: rank(row.cell, row.fit, row.engagement),
        fit: row.fit,
        engagement: row.engagement,
        source: row.source.as_str(),
        verdict: row.verdict.as_str(),
        name: &row.name,
        email: &row.email,
        company: &row.company,
        details: serde_json::to_string(&lead.details)?,
    })
}

/// Returns what happened to leads, each at the version that it has then.
///
/// # Errors
/// When an event cannot be written as JSON.
pub fn told_text(told: &[(LeadId, u32, EventId, &LeadEventKind)]) -> Result<String> {
    let rows = told.iter().map(|(id, version, event_id, kind)| {
        let kind = serde_json::to_string(kind)?;
        Ok(ToldJson { id: *id, version: *version, event_id: *event_id, kind })
    });
    Ok(serde_json::to_string(&rows.collect::<Result<Vec<_>>>()?)?)
}

/// Returns leads that were changed, each with the line of a file that changes it or an empty text, and what
/// is told of those changes at the versions before them: in parts of which each fits one parameter.
///
/// # Errors
/// When a lead or an event cannot be written as JSON.
pub fn changes_texts<'a>(
    changes: impl IntoIterator<Item = (&'a ChangedLead, &'a str)>,
) -> Result<Vec<(String, String)>> {
    let mut parts: Vec<(Vec<String>, Vec<_>)> = Vec::new();
    let mut bytes = PARAMETER_BYTES;
    for (ChangedLead { lead, events }, key) in changes {
        let row = &lead.summary;
        let text = serde_json::to_string(&lead_json(lead, key)?)?;
        bytes += text.len() + 1;
        if bytes > PARAMETER_BYTES {
            bytes = text.len();
            parts.push((Vec::new(), Vec::new()));
        }
        if let Some((leads, told)) = parts.last_mut() {
            leads.push(text);
            told.extend(events.iter().map(|(id, kind)| (row.id, row.version - 1, *id, kind)));
        }
    }
    let texts = |(leads, told): &(Vec<String>, Vec<_>)| {
        Ok((format!("[{}]", leads.join(",")), told_text(told)?))
    };
    parts.iter().map(texts).collect()
}

/// Returns the ids of leads.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn ids_text(ids: &[LeadId]) -> Result<String> {
    let rows: Vec<_> = ids.iter().map(|id| IdJson { id: *id }).collect();
    Ok(serde_json::to_string(&rows)?)
}
