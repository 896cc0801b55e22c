//! The whole state, row by row as the database writes it.

use std::collections::BTreeMap;

use plumbline_api::backup::{BackupPage, BackupTable, ROWS_MAX};
use plumbline_domain::lead::LeadDetails;
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::{Store, integer, text};
use crate::statement;

/// What a page begins after when there is none before it: sorts before every key.
const START: &str = "[\"\"]";

const fn read_statement(table: BackupTable) -> &'static str {
    match table {
        BackupTable::MailboxSecrets => statement::BACKUP_READ_MAILBOX_SECRETS,
        BackupTable::Erased => statement::BACKUP_READ_ERASED,
        BackupTable::ScoringModels => statement::BACKUP_READ_SCORING_MODELS,
        BackupTable::Forms => statement::BACKUP_READ_FORMS,
        BackupTable::Events => statement::BACKUP_READ_EVENTS,
        BackupTable::Leads => statement::BACKUP_READ_LEADS,
        BackupTable::Quarantine => statement::BACKUP_READ_QUARANTINE,
        BackupTable::PageCounts => statement::BACKUP_READ_PAGE_COUNTS,
        BackupTable::Imports => statement::BACKUP_READ_IMPORTS,
        BackupTable::ImportLeads => statement::BACKUP_READ_IMPORT_LEADS,
        BackupTable::Suppressions => statement::BACKUP_READ_SUPPRESSIONS,
        BackupTable::Merges => statement::BACKUP_READ_MERGES,
        BackupTable::RecheckCounts => statement::BACKUP_READ_RECHECK_COUNTS,
    }
}

const fn write_statement(table: BackupTable) -> &'static str {
    match table {
        BackupTable::MailboxSecrets => statement::BACKUP_WRITE_MAILBOX_SECRETS,
        BackupTable::Erased => statement::BACKUP_WRITE_ERASED,
        BackupTable::ScoringModels => statement::BACKUP_WRITE_SCORING_MODELS,
        BackupTable::Forms => statement::BACKUP_WRITE_FORMS,
        BackupTable::Events => statement::BACKUP_WRITE_EVENTS,
        BackupTable::Leads => statement::BACKUP_WRITE_LEADS,
        BackupTable::Quarantine => statement::BACKUP_WRITE_QUARANTINE,
        BackupTable::PageCounts => statement::BACKUP_WRITE_PAGE_COUNTS,
        BackupTable::Imports => statement::BACKUP_WRITE_IMPORTS,
        BackupTable::ImportLeads => statement::BACKUP_WRITE_IMPORT_LEADS,
        BackupTable::Suppressions => statement::BACKUP_WRITE_SUPPRESSIONS,
        BackupTable::Merges => statement::BACKUP_WRITE_MERGES,
        BackupTable::RecheckCounts => statement::BACKUP_WRITE_RECHECK_COUNTS,
    }
}

/// Returns the answers of a lead by its row.
fn answers(row: &str) -> Option<BTreeMap<String, String>> {
    let cells: Vec<serde_json::Value> = serde_json::from_str(row).ok()?;
    let details: LeadDetails = serde_json::from_str(cells.last()?.as_str()?).ok()?;
    Some(details.answers)
}

impl Store {
    /// Returns the rows of a table that follow `after`.
    ///
    /// # Errors
    /// When the database fails, or `after` is not what a page before ended with.
    pub async fn read_backup(&self, table: BackupTable, after: Option<&str>) -> Result<BackupPage> {
        let values = [text(after.unwrap_or(START)), integer(i64::from(ROWS_MAX))];
        let found = self.all(read_statement(table), &values).await?;
        let last = found.last().filter(|_| found.len() == ROWS_MAX as usize);
        Ok(BackupPage {
            next: last.map(|row| row.text("place")).transpose()?,
            rows: found.iter().map(|row| row.text("row")).collect::<Result<_>>()?,
        })
    }

    /// Brings rows of a table back, all of them or none; a row whose key is there stays as it is.
    ///
    /// # Errors
    /// When the database fails, or a row is not one of this table.
    pub async fn write_backup(
        &self,
        table: BackupTable,
        rows: &[String],
        now: Timestamp,
    ) -> Result<()> {
        if table == BackupTable::MailboxSecrets {
            Self::forget_secrets();
        }
        let hashed = match table {
            BackupTable::Suppressions => Some(self.hashed_suppressions(rows, now).await?),
            _ => None,
        };
        let rows = hashed.as_deref().unwrap_or(rows);
        let values = [text(&serde_json::to_string(rows)?)];
        let mut statements = vec![self.prepare(write_statement(table), &values)?];
        if table == BackupTable::Leads {
            let answers: Vec<_> = rows.iter().filter_map(|row| answers(row)).collect();
            statements.extend(self.prepare_answer_names(answers.iter())?);
        }
        self.batch_changes(statements).await.map(drop)
    }

    /// Returns rows of suppressions with every address hashed: files of before hold them as they are.
    async fn hashed_suppressions(&self, rows: &[String], now: Timestamp) -> Result<Vec<String>> {
        let hasher = self.hasher(now).await?;
        let hashed = |row: &String| {
            let mut cells: Vec<serde_json::Value> = serde_json::from_str(row)?;
            if let Some(cell) = cells.first_mut()
                && let Some(mailbox) = cell.as_str().filter(|text| text.contains('@'))
            {
                *cell = hasher.hash(mailbox).into();
            }
            Ok(serde_json::to_string(&cells)?)
        };
        rows.iter().map(hashed).collect()
    }

    /// Returns whether the place of any of these events is taken by another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_other_events(&self, rows: &[String]) -> Result<bool> {
        let values = [text(&serde_json::to_string(rows)?)];
        Ok(self.first(statement::BACKUP_FIND_OTHER_EVENT, &values).await?.is_some())
    }

    /// Lets every event be delivered again, so that search and keys are made of what came back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliver_again(&self) -> Result<()> {
        self.run(statement::BACKUP_DELIVER_AGAIN, &[]).await.map(drop)
    }
}
