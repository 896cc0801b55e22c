//! Forms with the model that scores them, and views of their pages.

use plumbline_api::forms::{SITES_MAX, UnlistedSite};
use plumbline_api::submissions::PageViewKind;
use plumbline_domain::form::Form;
use plumbline_domain::id::FormId;
use plumbline_domain::scoring::ScoringModel;
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use worker::Result;

use super::row::Row;
use super::{Store, integer, text};
use crate::statement;

/// A form as published, with the latest model. Kept in KV, since every submission reads it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublishedForm {
    /// The form.
    pub form: Form,
    /// The model, private rules included.
    pub model: ScoringModel,
}

/// One view or start of a form on a page.
pub struct PageView<'a> {
    /// The form.
    pub form_id: &'a FormId,
    /// What happened.
    pub kind: PageViewKind,
    /// The path of the page.
    pub path: &'a str,
    /// Its title.
    pub title: &'a str,
    /// When.
    pub at: Timestamp,
}

/// What somebody did on a site that is not on a form's list.
pub enum SiteUse {
    /// They began the form.
    Start,
    /// They sent it.
    Submission,
}

impl Store {
    /// Counts what was done on a site that a form does not list. Beyond [`SITES_MAX`] sites a new
    /// one takes the place of the one that sent nothing and was idle longest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_site(
        &self,
        form_id: &FormId,
        origin: &str,
        used: &SiteUse,
        now: Timestamp,
    ) -> Result<()> {
        let is_start = matches!(used, SiteUse::Start);
        let values = [
            text(form_id.as_str()),
            text(origin),
            integer(now.as_ms()),
            integer(i64::from(is_start)),
            integer(i64::from(!is_start)),
            integer(i64::from(SITES_MAX)),
        ];
        self.run(statement::FORM_SITES_COUNT, &values).await.map(drop)
    }

    /// Returns the sites that were counted for a form.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_sites(&self, form_id: &FormId) -> Result<Vec<UnlistedSite>> {
        let values = [text(form_id.as_str()), integer(i64::from(SITES_MAX))];
        let rows = self.all(statement::FORM_SITES_LIST, &values).await?;
        let site = |row: &Row| {
            Ok(UnlistedSite {
                origin: row.text("origin")?,
                first_at: row.time("first_at")?,
                last_at: row.time("last_at")?,
                starts: row.integer("starts")?,
                submissions: row.integer("submissions")?,
            })
        };
        rows.iter().map(site).collect()
    }

    /// Returns a published form with the latest model, or `None`.
    ///
    /// # Errors
    /// When the database fails, or what is stored cannot be read.
    pub async fn find_form(&self, id: &FormId) -> Result<Option<PublishedForm>> {
        let row = self.first(statement::FORMS_FIND, &[text(id.as_str())]).await?;
        let Some(row) = row else { return Ok(None) };
        // What was published once is not checked again: no visitor is turned away for a rule.
        Ok(Some(PublishedForm { form: row.json("definition")?, model: row.json("model")? }))
    }

    /// Stores a form that exists already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_form(&self, form: &Form, now: Timestamp) -> Result<bool> {
        let definition = serde_json::to_string(form)?;
        let values = [text(form.id.as_str()), text(&definition), integer(now.as_ms())];
        Ok(self.run(statement::FORMS_UPDATE, &values).await? > 0)
    }

    /// Adds one to the views or starts of a page today.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_page_view(&self, view: &PageView<'_>) -> Result<()> {
        let is = |kind| integer(i64::from(view.kind == kind));
        let values = [
            integer(view.at.day().count()),
            text(view.form_id.as_str()),
            text(view.path),
            text(view.title),
            is(PageViewKind::View),
            is(PageViewKind::Start),
        ];
        self.run(statement::FORMS_COUNT_PAGE_VIEW, &values).await.map(drop)
    }
}
