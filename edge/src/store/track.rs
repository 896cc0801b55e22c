//! Leads as their use of the product finds them.

use plumbline_domain::id::LeadId;
use plumbline_domain::lead::Lead;
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::leads::lead;
use super::many::{ChangedLead, Undo, ids_text, leads_text, told_text};
use super::outbox::LEAD_FEED;
use super::{Store, integer, short_batch, text};
use crate::statement;

/// What a call has told of leads.
#[derive(Default)]
pub struct TrackedPart {
    /// Those who were not known, each with the address that it was told by.
    pub created: Vec<(ChangedLead, String)>,
    /// The others.
    pub changed: Vec<ChangedLead>,
}

/// The leads that a call may be about.
pub struct KnownLeads {
    /// By id or by what is made of an address, the oldest first.
    pub leads: Vec<Lead>,
    /// Those that were made of an address by an earlier call, whatever their address is by now.
    pub by_address: Vec<(String, Lead)>,
    /// Leads that went into another, and that one.
    pub survivors: Vec<(LeadId, LeadId)>,
}

impl Store {
    /// Returns the leads with these ids, with one of these keys, or made of one of these addresses.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_tracked(
        &self,
        ids: &[LeadId],
        keys: &[String],
        addresses: &[&String],
    ) -> Result<KnownLeads> {
        let (ids, keys) = (text(&ids_text(ids)?), text(&serde_json::to_string(keys)?));
        let addresses = text(&serde_json::to_string(addresses)?);
        let results = self
            .batch(vec![
                // Somebody who filled a form a moment ago is found by the address too.
                self.prepare(
                    statement::LEAD_KEYS_INDEX,
                    &[text(LEAD_FEED), integer(i64::MAX >> 11)],
                )?,
                self.prepare(statement::LEADS_FIND_MANY, std::slice::from_ref(&ids))?,
                self.prepare(statement::LEADS_FIND_BY_KEYS, &[keys])?,
                self.prepare(statement::LEADS_FIND_OF_PRODUCT, &[addresses])?,
                self.prepare(statement::MERGES_FIND_SURVIVORS, &[ids])?,
            ])
            .await?;
        let [_, by_id, by_key, by_address, survivors] = results.as_slice() else {
            return Err(short_batch());
        };
        let rows = by_id.rows().into_iter().chain(by_key.rows());
        let mut leads: Vec<Lead> = rows.map(|row| lead(&row)).collect::<Result<_>>()?;
        leads.sort_unstable_by_key(|lead| lead.summary.id);
        leads.dedup_by_key(|lead| lead.summary.id);
        let mut made: Vec<(String, Lead)> = by_address
            .rows()
            .iter()
            .map(|row| Ok((row.text("mailbox")?, lead(row)?)))
            .collect::<Result<_>>()?;
        made.sort_unstable_by_key(|(_, lead)| lead.summary.id);
        let pair = |row: &super::row::Row| {
            let id = |column| row.parsed(column, |text| LeadId::parse(text).ok());
            Ok((id("merged_id")?, id("survivor_id")?))
        };
        let survivors = survivors.rows().iter().map(pair).collect::<Result<_>>()?;
        Ok(KnownLeads { leads, by_address: made, survivors })
    }

    /// Stores what was told. A lead that was changed since it was read stays as it is, and one that
    /// somebody else has made of the same address today is not made again. What people did is theirs: an
    /// import or a merge before it is not undone over it.
    ///
    /// # Errors
    /// When the database fails; then nothing was stored.
    pub async fn track(&self, part: &TrackedPart, now: Timestamp) -> Result<()> {
        let day = now.day().count();
        // The day keeps a lead that is gone by now, and may come back, from being in the way.
        let keys: Vec<_> = part.created.iter().map(|(_, own)| format!("{own}#{day}")).collect();
        let created: Vec<_> = part
            .created
            .iter()
            .zip(&keys)
            .map(|((created, _), key)| (&created.lead, key.as_str()))
            .collect();
        let ids: Vec<_> = created.iter().map(|(lead, _)| lead.summary.id).collect();
        let told: Vec<_> = part
            .created
            .iter()
            .flat_map(|(ChangedLead { lead, events }, _)| {
                let row = &lead.summary;
                events.iter().map(|(id, kind)| (row.id, row.version, *id, kind))
            })
            .collect();
        let told = [text(&told_text(&told)?), integer(now.as_ms())];
        let mut statements = vec![
            self.prepare(statement::LEADS_INSERT_MANY, &[text(&leads_text(&created)?)])?,
            self.prepare(statement::LEAD_KEYS_INSERT_MANY, &[text(&ids_text(&ids)?)])?,
            self.prepare(statement::EVENTS_INSERT_MANY, &told)?,
        ];
        statements.extend(self.prepare_changes(&part.changed, Undo::Ends, now)?);
        self.batch_changes(statements).await.map(drop)
    }
}
