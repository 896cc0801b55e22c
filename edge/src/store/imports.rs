//! Imports: many leads at a time, with what they were before.

use std::slice::from_ref;

use plumbline_api::imports::{IMPORTS_MAX, Import, LINES_MAX};
use plumbline_domain::id::{EventId, ImportId, LeadId};
use plumbline_domain::lead::{Lead, LeadEventKind};
use plumbline_domain::scoring::ScoringModel;
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::leads::lead;
use super::many::{ChangedLead, changes_texts, ids_text, leads_text, told_text};
use super::row::Row;
use super::{Store, integer, text};
use crate::statement;

/// What a part of a file does.
#[derive(Default)]
pub struct ImportedPart {
    /// New leads, each with the idempotency key of its line.
    pub created: Vec<(Lead, String)>,
    /// Leads that were there.
    pub updated: Vec<UpdatedLead>,
}

/// A lead that a line of a file says more of.
pub struct UpdatedLead {
    /// As it is now, and what is told of it.
    pub changed: ChangedLead,
    /// The first line of this part that is about it.
    pub line: u32,
}

/// One lead of an import that is to be undone.
pub struct ImportedLead {
    /// The lead.
    pub id: LeadId,
    /// Its version as the import left it.
    pub version: u32,
    /// Whether the import made it.
    pub is_new: bool,
    /// Whether nobody has changed it since.
    pub is_unchanged: bool,
}

fn import(row: &Row) -> Result<Import> {
    Ok(Import {
        id: row.parsed("id", |text| ImportId::parse(text).ok())?,
        name: row.text("name")?,
        lines: row.integer("lines")?,
        created_at: row.time("created_at")?,
        undone_at: row.optional_integer("undone_at").map(Timestamp::from_ms),
    })
}

impl Store {
    /// Opens an import.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_import(&self, import: &Import) -> Result<()> {
        let values = [
            text(&import.id.to_string()),
            text(&import.name),
            integer(i64::from(import.lines)),
            integer(import.created_at.as_ms()),
        ];
        self.run(statement::IMPORTS_INSERT, &values).await.map(drop)
    }

    /// Returns an import, or `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_import(&self, id: ImportId) -> Result<Option<Import>> {
        let row = self.first(statement::IMPORTS_FIND, &[text(&id.to_string())]).await?;
        row.as_ref().map(import).transpose()
    }

    /// Returns the newest imports.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_imports(&self) -> Result<Vec<Import>> {
        let values = [integer(i64::from(IMPORTS_MAX))];
        self.all(statement::IMPORTS_LIST, &values).await?.iter().map(import).collect()
    }

    /// Returns the model that scores leads now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_model(&self) -> Result<ScoringModel> {
        let row = self.first(statement::SCORING_MODELS_FIND_LATEST, &[]).await?;
        row.ok_or_else(|| worker::Error::from("there is no scoring model"))?.json("definition")
    }

    /// Returns the leads that have one of these keys, each beside the key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_by_keys(&self, keys: &[&String]) -> Result<Vec<(String, Lead)>> {
        let values = [text(&serde_json::to_string(keys)?)];
        let rows = self.all(statement::LEADS_FIND_BY_KEYS, &values).await?;
        rows.iter().map(|row| Ok((row.text("key")?, lead(row)?))).collect()
    }

    /// Returns these leads, beside a key that only the line has which names one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_named(&self, ids: &[LeadId]) -> Result<Vec<(String, Lead)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.all(statement::LEADS_FIND_MANY, &[text(&ids_text(ids)?)]).await?;
        rows.iter().map(|row| Ok((String::new(), lead(row)?))).collect()
    }

    /// Stores a part of an import in one transaction: all of it, or nothing. A lead that was changed
    /// since it was read stays as it is.
    ///
    /// # Errors
    /// When the database fails; then nothing was stored.
    pub async fn import_part(
        &self,
        import_id: ImportId,
        part: &ImportedPart,
        now: Timestamp,
    ) -> Result<()> {
        let import_id = text(&import_id.to_string());
        let mut statements = Vec::new();
        if !part.created.is_empty() {
            let rows: Vec<_> =
                part.created.iter().map(|(lead, key)| (lead, key.as_str())).collect();
            let ids: Vec<_> = part.created.iter().map(|(lead, _)| lead.summary.id).collect();
            let ids = text(&ids_text(&ids)?);
            let both = [import_id.clone(), ids.clone()];
            statements
                .push(self.prepare(statement::LEADS_INSERT_MANY, &[text(&leads_text(&rows)?)])?);
            statements.push(self.prepare(statement::LEAD_KEYS_INSERT_MANY, &[ids])?);
            statements.push(self.prepare(statement::IMPORTS_NOTE_CREATED, &both)?);
        }
        let lines: Vec<_> = part.updated.iter().map(|one| one.line.to_string()).collect();
        let updated = part.updated.iter().zip(&lines);
        for (rows, told) in changes_texts(updated.map(|(one, line)| (&one.changed, line.as_str())))?
        {
            let rows = text(&rows);
            let both = [import_id.clone(), rows.clone()];
            statements.push(self.prepare(statement::IMPORTS_NOTE_BEFORE, &both)?);
            statements.push(self.prepare(statement::LEAD_KEYS_ERASE_MANY, from_ref(&rows))?);
            // Told of the version that changes, so that a lead which was changed since is not.
            let values = [text(&told), integer(now.as_ms())];
            statements.push(self.prepare(statement::EVENTS_INSERT_MANY, &values)?);
            statements.push(self.prepare(statement::LEADS_UPDATE_MANY, from_ref(&rows))?);
            statements.push(self.prepare(statement::LEAD_KEYS_INSERT_MANY, &[rows])?);
        }
        if statements.is_empty() {
            return Ok(());
        }
        let leads = part.created.iter().map(|(lead, _)| lead);
        let leads = leads.chain(part.updated.iter().map(|one| &one.changed.lead));
        statements.extend(self.prepare_answer_names(leads.map(|lead| &lead.details.answers))?);
        self.batch_changes(statements).await.map(drop)
    }

    /// Returns which of these leads an import has changed, each with the line that did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_updated(
        &self,
        import_id: ImportId,
        leads: &[LeadId],
    ) -> Result<Vec<(LeadId, u32)>> {
        let values = [text(&import_id.to_string()), text(&ids_text(leads)?)];
        let rows = self.all(statement::IMPORTS_FIND_UPDATED, &values).await?;
        let line = |row: &Row| {
            Ok((row.parsed("lead_id", |text| LeadId::parse(text).ok())?, row.integer("line")?))
        };
        rows.iter().map(line).collect()
    }

    /// Returns leads of an import that are not undone yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_imported(&self, id: ImportId) -> Result<Vec<ImportedLead>> {
        let values = [text(&id.to_string()), integer(LINES_MAX as i64)];
        let rows = self.all(statement::IMPORTS_LIST_LEADS, &values).await?;
        let read = |row: &Row| {
            Ok(ImportedLead {
                id: row.parsed("lead_id", |text| LeadId::parse(text).ok())?,
                version: row.integer("version")?,
                is_new: row.optional_integer("is_new") == Some(1),
                is_unchanged: row.optional_integer("is_unchanged") == Some(1),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Makes leads of an import what they were before it, all or none of them. One that was changed
    /// since stays as it is.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn undo_imported(
        &self,
        import_id: ImportId,
        leads: &[(ImportedLead, EventId)],
        now: Timestamp,
    ) -> Result<()> {
        let import_id = text(&import_id.to_string());
        let now = integer(now.as_ms());
        let listed = |is_new: bool, kind: &LeadEventKind| {
            let leads = leads.iter().filter(|(lead, _)| lead.is_unchanged && lead.is_new == is_new);
            let told = leads.map(|(lead, event)| (lead.id, lead.version, *event, kind));
            told_text(&told.collect::<Vec<_>>()).map(|told| text(&told))
        };
        let fields = vec!["import_undone".to_owned()];
        let new = listed(true, &LeadEventKind::Erased)?;
        let old = listed(false, &LeadEventKind::Updated { fields })?;
        let all: Vec<_> = leads.iter().map(|(lead, _)| lead.id).collect();
        let all = text(&ids_text(&all)?);
        let p = |sql, values: &[_]| self.prepare(sql, values);
        self.batch_changes(vec![
            p(statement::SEARCH_ERASE_MANY, from_ref(&new))?,
            p(statement::LEAD_KEYS_ERASE_MANY, from_ref(&new))?,
            p(statement::EVENTS_INSERT_MANY, &[new.clone(), now.clone()])?,
            p(statement::LEADS_ERASE_MANY, from_ref(&new))?,
            p(statement::EVENTS_ERASE_MANY, &[new])?,
            p(statement::LEAD_KEYS_ERASE_MANY, from_ref(&old))?,
            p(statement::EVENTS_INSERT_MANY, &[old.clone(), now.clone()])?,
            p(statement::IMPORTS_RESTORE_LEADS, &[import_id.clone(), old.clone(), now])?,
            p(statement::LEAD_KEYS_INSERT_MANY, &[old])?,
            p(statement::IMPORTS_FORGET_LEADS, &[import_id, all])?,
        ])
        .await
        .map(drop)
    }

    /// Notes that an import was undone, and lifts its suppressions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_import(&self, id: ImportId, now: Timestamp) -> Result<()> {
        let id = text(&id.to_string());
        self.batch_changes(vec![
            self.prepare(statement::SUPPRESSIONS_ERASE_OF_IMPORT, from_ref(&id))?,
            self.prepare(statement::IMPORTS_CLOSE, &[id, integer(now.as_ms())])?,
        ])
        .await
        .map(drop)
    }
}
