//! Scoring models, the book they are tried on, and stored leads that follow a new one.

use std::collections::BTreeMap;
use std::slice::from_ref;

use plumbline_api::scoring::{
    BOOK_LEADS_MAX, Book, BookLead, ModelVersion, Rescoring, VERSIONS_MAX,
};
use plumbline_domain::attribution::{Attribution, Source};
use plumbline_domain::email::{DomainClass, Verdict};
use plumbline_domain::id::{FormId, LeadId};
use plumbline_domain::lead::{Lead, RejectReason, Stage};
use plumbline_domain::scoring::{Cell, ScoringModel};
use plumbline_domain::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::Result;

use super::leads::lead;
use super::many::{ChangedLead, Undo, versions_before};
use super::row::Row;
use super::{Store, integer, text};
use crate::statement;

/// A model to be published.
pub struct NewVersion<'a> {
    /// The model, with its own number.
    pub model: &'a ScoringModel,
    /// Who publishes it.
    pub author: &'a str,
    /// Why.
    pub note: &'a str,
}

/// How far stored leads have followed a model.
pub struct Progress {
    /// What others are told.
    pub shown: Rescoring,
    /// The last lead that has, empty at the beginning.
    pub after: String,
    /// When the model was published.
    pub published_at: Timestamp,
}

fn progress(row: &Row) -> Result<Progress> {
    let is_so = |name| Ok::<_, worker::Error>(row.integer::<u8>(name)? == 1);
    let shown = Rescoring {
        version: row.integer("version")?,
        is_done: is_so("is_done")?,
        is_caught_up: is_so("is_caught_up")?,
        looked_at: row.integer("looked_at")?,
        changed: row.integer("changed")?,
    };
    Ok(Progress { shown, after: row.text("lead_id")?, published_at: row.time("published_at")? })
}

impl Store {
    /// Returns the newest versions, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_model_versions(&self) -> Result<Vec<ModelVersion>> {
        let values = [integer(i64::from(VERSIONS_MAX))];
        let rows = self.all(statement::SCORING_MODELS_LIST, &values).await?;
        let version = |row: &Row| {
            Ok(ModelVersion {
                version: row.integer("version")?,
                published_at: row.time("published_at")?,
                author: row.text("author")?,
                note: row.text("note")?,
                rules: row.integer("rules")?,
            })
        };
        rows.iter().map(version).collect()
    }

    /// Returns one version of the model, or `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_model_version(&self, version: u32) -> Result<Option<ScoringModel>> {
        let values = [integer(i64::from(version))];
        let row = self.first(statement::SCORING_MODELS_FIND, &values).await?;
        row.map(|row| row.json("definition")).transpose()
    }

    /// Stores a model as the next version and lets the stored leads follow it from the first one on.
    /// Returns `false`, and changes nothing, when its number is not the next.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn publish_model(&self, new: &NewVersion<'_>, now: Timestamp) -> Result<bool> {
        let version = integer(i64::from(new.model.version));
        let values = [
            version.clone(),
            text(&serde_json::to_string(new.model)?),
            integer(now.as_ms()),
            text(new.author),
            text(new.note),
        ];
        let insert = self.prepare(statement::SCORING_MODELS_INSERT, &values)?;
        // After a lost race the other's version is this one, and nothing begins again.
        let begin = self.prepare(statement::RESCORING_BEGIN, from_ref(&version))?;
        let changes = self.batch_changes(vec![insert, begin]).await?;
        Ok(changes.first().is_some_and(|stored| *stored > 0))
    }

    /// Returns the forms, each with the names of its fields.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_form_fields(&self) -> Result<Vec<(FormId, String)>> {
        let rows = self.all(statement::FORMS_LIST_FIELDS, &[]).await?;
        let field = |row: &Row| {
            Ok((row.parsed("form_id", |text| FormId::parse(text).ok())?, row.text("name")?))
        };
        rows.iter().map(field).collect()
    }

    /// Returns how far stored leads have followed the latest model.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_rescoring(&self) -> Result<Progress> {
        let row = self.first(statement::RESCORING_FIND, &[]).await?;
        progress(&row.ok_or_else(|| worker::Error::from("scoring anew has no place"))?)
    }

    /// Returns the next leads that have not followed it; none when all have.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_to_rescore(&self, count: u32) -> Result<Vec<Lead>> {
        let rows = self.all(statement::RESCORING_LIST_NEXT, &[integer(i64::from(count))]).await?;
        rows.iter().map(lead).collect()
    }

    /// Stores the leads whose score is another now, tells of other cells, and goes on behind `after`,
    /// or ends. If somebody else went on in between, the place stays theirs; if somebody else changed one
    /// of these leads, the place stays and they are looked at again. An import or a merge that left a lead
    /// at the version before can still be undone.
    ///
    /// # Errors
    /// When the database fails; then the same leads come again.
    pub async fn finish_rescoring(
        &self,
        from: &Progress,
        after: Option<String>,
        looked_at: usize,
        rescored: &[ChangedLead],
        now: Timestamp,
    ) -> Result<()> {
        let count = |count: usize| integer(i64::try_from(count).unwrap_or(i64::MAX));
        let place = [
            integer(i64::from(from.shown.version)),
            text(&from.after),
            after.map_or(JsValue::NULL, |id| text(&id)),
            count(looked_at),
            text(&versions_before(rescored)?),
        ];
        // It asks for the versions that are stored, so it comes before they change.
        let mut statements = vec![self.prepare(statement::RESCORING_ADVANCE, &place)?];
        statements.extend(self.prepare_changes(rescored, Undo::Stays, now)?);
        self.batch_changes(statements).await.map(drop)
    }

    /// Returns leads whose cell was set by hand until before now, at most `count`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_ended_overrides(&self, count: u32, now: Timestamp) -> Result<Vec<Lead>> {
        let values = [text(&now.to_string()), integer(i64::from(count))];
        self.all(statement::OVERRIDES_LIST_ENDED, &values).await?.iter().map(lead).collect()
    }

    /// Returns the next leads that somebody wanted to look at again by now, at most `count`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_waking(&self, now: Timestamp, count: u32) -> Result<Vec<Lead>> {
        let values = [text(&now.to_string()), integer(i64::from(count))];
        self.all(statement::LEADS_LIST_WAKING, &values).await?.iter().map(lead).collect()
    }

    /// Goes on behind the last of them: its day, and which it is.
    ///
    /// # Errors
    /// When the database fails; then the same leads come again.
    pub async fn advance_waking(&self, (wake_at, id): (Timestamp, LeadId)) -> Result<()> {
        let values = [text(&wake_at.to_string()), text(&id.to_string())];
        self.run(statement::LEADS_ADVANCE_WAKING, &values).await.map(drop)
    }

    /// Returns the part of the book that follows `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_book(&self, after: Option<LeadId>) -> Result<Book> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let values = [text(&after), integer(i64::from(BOOK_LEADS_MAX))];
        let rows = self.all(statement::LEADS_LIST_BOOK, &values).await?;
        let lead = |row: &Row| {
            let mut answers: BTreeMap<String, String> = row.json("answers")?;
            let from: Attribution = row.json("attribution")?;
            for (name, text) in from.facts() {
                answers.entry(name.to_owned()).or_insert_with(|| text.to_owned());
            }
            Ok(BookLead {
                id: row.parsed("id", |text| LeadId::parse(text).ok())?,
                captured_at: row.time("captured_at")?,
                stage: row.parsed("stage", Stage::parse)?,
                cell: row.parsed("cell", Cell::parse)?,
                source: row.parsed("source", Source::parse)?,
                class: row.parsed("class", DomainClass::parse)?,
                verdict: row.parsed("verdict", Verdict::parse)?,
                form_id: row.parsed("form_id", |text| FormId::parse(text).ok())?,
                provider: Some(row.text("provider")?).filter(|provider| !provider.is_empty()),
                phone: row.json("phone")?,
                rejection: RejectReason::parse(&row.text("rejection")?),
                rejected_for: RejectReason::parse(&row.text("rejected_for")?),
                won_at: Timestamp::parse(&row.text("won_at")?).ok(),
                answers,
                history: row.json("history")?,
                known_since: Timestamp::parse(&row.text("known_since")?).ok(),
                observations: row.json("observations")?,
            })
        };
        let leads: Vec<_> = rows.iter().map(lead).collect::<Result<_>>()?;
        let last = leads.last().filter(|_| leads.len() == BOOK_LEADS_MAX as usize);
        Ok(Book { next: last.map(|lead| lead.id), leads })
    }
}
