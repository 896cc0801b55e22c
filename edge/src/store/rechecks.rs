//! Addresses that are looked at again: a walk along the leads, a few at a time.

use plumbline_domain::email::Verdict;
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::Lead;
use plumbline_domain::time::Timestamp;
use serde::Serialize;
use wasm_bindgen::JsValue;
use worker::Result;

use super::leads::lead;
use super::many::{ChangedLead, changes_texts};
use super::{Store, integer, text};
use crate::statement;

/// How many leads one step of the walk passes over at most.
const PASSED_MAX: i64 = 200;

/// A lead that was looked at again.
pub struct Rechecked {
    /// As it is now, and what is told of it.
    pub changed: ChangedLead,
    /// The verdict before.
    pub before: Verdict,
}

#[derive(Serialize)]
struct CountJson {
    before: Verdict,
    after: Verdict,
}

impl Store {
    /// Returns leads along the walk whose address was looked at before `unknown_before` without an
    /// answer, or before `known_before` with one; at most `count`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_for_recheck(
        &self,
        unknown_before: Timestamp,
        known_before: Timestamp,
        count: u32,
    ) -> Result<Vec<Lead>> {
        let values = [
            integer(PASSED_MAX),
            text(&unknown_before.to_string()),
            text(&known_before.to_string()),
            integer(i64::from(count)),
        ];
        self.all(statement::RECHECKS_LIST_DUE, &values).await?.iter().map(lead).collect()
    }

    /// Stores what came of looking again, counts it, and goes on with the walk: behind `last` when
    /// there may be more before the end of this step, or to its end. At the end of the book it begins
    /// anew. An import or a merge that left a lead at the version before can still be undone.
    ///
    /// # Errors
    /// When the database fails; then the same leads are looked at again.
    pub async fn finish_recheck(
        &self,
        rechecked: &[Rechecked],
        last: Option<LeadId>,
        now: Timestamp,
    ) -> Result<()> {
        let last = last.map_or(JsValue::NULL, |id| text(&id.to_string()));
        let counts: Vec<_> = rechecked
            .iter()
            .map(|one| CountJson { before: one.before, after: one.changed.lead.summary.verdict })
            .collect();
        let counts = [integer(now.day().count()), text(&serde_json::to_string(&counts)?)];
        let mut statements = Vec::new();
        for (leads, told) in changes_texts(rechecked.iter().map(|one| (&one.changed, "")))? {
            let (leads, told) = ([text(&leads)], [text(&told), integer(now.as_ms())]);
            statements.push(self.prepare(statement::EVENTS_INSERT_MANY, &told)?);
            statements.push(self.prepare(statement::LEAD_KEYS_ERASE_MANY, &leads)?);
            statements.push(self.prepare(statement::LEADS_UPDATE_MANY, &leads)?);
            statements.push(self.prepare(statement::LEAD_KEYS_INSERT_MANY, &leads)?);
            statements.push(self.prepare(statement::LEADS_KEEP_IMPORTS, &leads)?);
            statements.push(self.prepare(statement::LEADS_KEEP_MERGES, &leads)?);
        }
        statements.push(self.prepare(statement::RECHECKS_COUNT, &counts)?);
        let step = [integer(PASSED_MAX), last];
        statements.push(self.prepare(statement::RECHECKS_ADVANCE, &step)?);
        self.batch_changes(statements).await.map(drop)
    }
}
