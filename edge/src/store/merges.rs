//! Merges: two leads become one in one transaction, and two again in another.

use std::slice::from_ref;

use plumbline_api::merges::{LeadVersion, MERGES_MAX, MergeRecord};
use plumbline_domain::id::{EventId, LeadId, MergeId};
use plumbline_domain::lead::{Lead, LeadEventKind};
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::many::{ids_text, leads_text, told_text};
use super::row::Row;
use super::{Store, integer, text};
use crate::statement;

/// A merge that can be undone.
pub struct UndoableMerge {
    /// The lead that survived.
    pub survivor: LeadVersion,
    /// The lead that went into it, at the version that it had and has again.
    pub merged: LeadVersion,
}

impl Store {
    /// Stores `survivor`, which has taken in `merged`, in place of both, with what is told of each; returns whether both were
    /// still as they were read. What belonged to either belongs to the survivor then.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn merge(
        &self,
        id: MergeId,
        survivor: &Lead,
        merged: LeadVersion,
        told: &[(EventId, LeadEventKind)],
        gone: EventId,
        now: Timestamp,
    ) -> Result<bool> {
        let row = &survivor.summary;
        let merge_id = text(&id.to_string());
        let values = [
            merge_id.clone(),
            text(&row.id.to_string()),
            integer(i64::from(row.version) - 1),
            text(&merged.id.to_string()),
            integer(i64::from(merged.version)),
            integer(now.as_ms()),
        ];
        let of = from_ref(&merge_id);
        let both = text(&ids_text(&[row.id, merged.id])?);
        let leads = text(&leads_text(&[(survivor, "")])?);
        let told = told.iter().map(|(id, kind)| (row.id, row.version, *id, kind));
        let told = text(&told_text(&told.collect::<Vec<_>>())?);
        let gone_id = text(&gone.to_string());
        let gone = LeadEventKind::MergedInto { lead_id: row.id };
        let changes = self
            .batch_changes(vec![
                self.prepare(statement::MERGES_INSERT, &values)?,
                self.prepare(statement::MERGES_ERASE_SEARCH, &[merge_id.clone(), integer(0)])?,
                self.prepare(statement::LEAD_KEYS_ERASE_MANY, from_ref(&both))?,
                self.prepare(statement::MERGES_MOVE_EVENTS, of)?,
                self.prepare(statement::MERGES_ERASE_MERGED, of)?,
                self.prepare(
                    statement::EVENTS_INSERT_AFTER_CHANGE,
                    &[
                        gone_id,
                        text(&merged.id.to_string()),
                        integer(now.as_ms()),
                        text(&serde_json::to_string(&gone)?),
                    ],
                )?,
                self.prepare(statement::MERGES_UPDATE_SURVIVOR, &[leads, merge_id.clone()])?,
                self.prepare(statement::LEAD_KEYS_INSERT_MANY, from_ref(&both))?,
                self.prepare(statement::MERGES_TELL, &[told, integer(now.as_ms()), merge_id])?,
            ])
            .await?;
        Ok(changes.first().is_some_and(|rows| *rows > 0))
    }

    /// Returns a merge that was not undone yet, or `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_merge(&self, id: MergeId) -> Result<Option<UndoableMerge>> {
        let row = self.first(statement::MERGES_FIND, &[text(&id.to_string())]).await?;
        let read = |row: Row| {
            let lead = |id: &str, version: &str| {
                let id = row.parsed(id, |text| LeadId::parse(text).ok())?;
                Ok::<_, worker::Error>(LeadVersion { id, version: row.integer(version)? })
            };
            Ok(UndoableMerge {
                survivor: lead("survivor_id", "survivor_version")?,
                merged: lead("merged_id", "merged_version")?,
            })
        };
        row.map(read).transpose()
    }

    /// Makes two leads of one again; returns whether the survivor was still as the merge left it.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn undo_merge(
        &self,
        id: MergeId,
        merge: &UndoableMerge,
        events: [EventId; 2],
        now: Timestamp,
    ) -> Result<bool> {
        let id = text(&id.to_string());
        let (of, at) = (from_ref(&id), [id.clone(), integer(now.as_ms())]);
        let UndoableMerge { survivor, merged } = merge;
        let both = text(&ids_text(&[survivor.id, merged.id])?);
        let kind = LeadEventKind::Updated { fields: vec!["merge_undone".to_owned()] };
        let told = text(&told_text(&[
            (survivor.id, survivor.version + 1, events[0], &kind),
            (merged.id, merged.version, events[1], &kind),
        ])?);
        let changes = self
            .batch_changes(vec![
                // It happens only to a survivor that is as the merge left it, and everything after it
                // asks whether it has.
                self.prepare(statement::MERGES_CLOSE, &at)?,
                self.prepare(statement::MERGES_ERASE_SEARCH, &[id.clone(), integer(1)])?,
                self.prepare(statement::LEAD_KEYS_ERASE_MANY, from_ref(&both))?,
                self.prepare(statement::MERGES_MOVE_EVENTS_BACK, of)?,
                self.prepare(statement::MERGES_RESTORE_MERGED, of)?,
                self.prepare(statement::MERGES_RESTORE_SURVIVOR, &at)?,
                self.prepare(statement::LEAD_KEYS_INSERT_MANY, from_ref(&both))?,
                self.prepare(statement::MERGES_KEEP_MERGES, of)?,
                self.prepare(statement::MERGES_KEEP_IMPORTS, of)?,
                self.prepare(statement::MERGES_TELL, &[told, integer(now.as_ms()), id.clone()])?,
            ])
            .await?;
        Ok(changes.first().is_some_and(|rows| *rows > 0))
    }

    /// Returns the newest merges.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_merges(&self) -> Result<Vec<MergeRecord>> {
        let values = [integer(i64::from(MERGES_MAX))];
        let lead = |row: &Row, column| row.parsed(column, |text| LeadId::parse(text).ok());
        let read = |row: &Row| {
            Ok(MergeRecord {
                id: row.parsed("id", |text| MergeId::parse(text).ok())?,
                survivor_id: lead(row, "survivor_id")?,
                survivor: row.text("survivor")?,
                merged_id: lead(row, "merged_id")?,
                merged: row.text("merged")?,
                created_at: row.time("created_at")?,
                undone_at: row.optional_integer("undone_at").map(Timestamp::from_ms),
            })
        };
        self.all(statement::MERGES_LIST, &values).await?.iter().map(read).collect()
    }

    /// Forgets merges from before `at`: they can be undone no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_merges_before(&self, at: Timestamp) -> Result<()> {
        let first = MergeId::new(at, [0; 10]).to_string();
        self.run(statement::MERGES_ERASE_BEFORE, &[text(&first)]).await.map(drop)
    }
}
