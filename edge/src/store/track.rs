//! Leads as their use of the product finds them.

use plumbline_domain::id::LeadId;
use plumbline_domain::lead::Lead;
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::leads::lead;
use super::many::{ChangedLead, changes_text, ids_text, leads_text};
use super::outbox::LEAD_FEED;
use super::{Store, integer, short_batch, text};
use crate::statement;

/// What a call has told of leads.
#[derive(Default)]
pub struct TrackedPart {
    /// Those who were not known.
    pub created: Vec<Lead>,
    /// The others.
    pub changed: Vec<ChangedLead>,
}

impl Store {
    /// Returns the leads with these ids, and those with one of these keys, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_tracked(&self, ids: &[LeadId], keys: &[&String]) -> Result<Vec<Lead>> {
        let (ids, keys) = (text(&ids_text(ids)?), text(&serde_json::to_string(keys)?));
        let results = self
            .batch(vec![
                // Somebody who filled a form a moment ago is found by the address too.
                self.prepare(
                    statement::LEAD_KEYS_INDEX,
                    &[text(LEAD_FEED), integer(i64::MAX >> 11)],
                )?,
                self.prepare(statement::LEADS_FIND_MANY, &[ids])?,
                self.prepare(statement::LEADS_FIND_BY_KEYS, &[keys])?,
            ])
            .await?;
        let [_, by_id, by_key] = results.as_slice() else { return Err(short_batch()) };
        let rows = by_id.rows().into_iter().chain(by_key.rows());
        let mut leads: Vec<Lead> = rows.map(|row| lead(&row)).collect::<Result<_>>()?;
        leads.sort_unstable_by_key(|lead| lead.summary.id);
        leads.dedup_by_key(|lead| lead.summary.id);
        Ok(leads)
    }

    /// Stores what was told. A lead that was changed since it was read stays as it is, and one that
    /// somebody else has made of the same mailbox is not made again.
    ///
    /// # Errors
    /// When the database fails; then nothing was stored.
    pub async fn track(&self, part: &TrackedPart, now: Timestamp) -> Result<()> {
        let created: Vec<_> =
            part.created.iter().map(|lead| (lead, lead.details.mailbox_key.as_str())).collect();
        let ids: Vec<_> = part.created.iter().map(|lead| lead.summary.id).collect();
        let mut statements = vec![
            self.prepare(statement::LEADS_INSERT_MANY, &[text(&leads_text(&created)?)])?,
            self.prepare(statement::LEAD_KEYS_INSERT_MANY, &[text(&ids_text(&ids)?)])?,
        ];
        let (leads, told) = changes_text(&part.changed)?;
        statements.extend(self.prepare_changes(&leads, &told, now)?);
        self.batch_changes(statements).await.map(drop)
    }
}
