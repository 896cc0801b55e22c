//! The scoring model: its versions, the book it is tried on, and what a new version changes.

use std::collections::BTreeMap;

use plumbline_domain::attribution::Source;
use plumbline_domain::email::{DomainClass, Verdict};
use plumbline_domain::id::{FormId, LeadId};
use plumbline_domain::lead::{FactChange, RejectReason, Stage};
use plumbline_domain::phone::PhoneFacts;
use plumbline_domain::scoring::{Cell, Observation, ScoringModel};
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// The most leads of one page of the book.
pub const BOOK_LEADS_MAX: u32 = 2_000;
/// How many leads one call scores anew.
pub const RESCORED_LEADS_MAX: u32 = 250;
/// How many versions are listed.
pub const VERSIONS_MAX: u32 = 50;
/// The longest name of an author, in characters.
pub const AUTHOR_CHARS_MAX: usize = 80;
/// The longest note about a version, in characters.
pub const VERSION_NOTE_CHARS_MAX: usize = 500;

/// Reads the latest model, its older versions and how far scoring anew has come.
#[derive(Clone, Copy, Debug)]
pub struct ReadScoring;

impl Endpoint for ReadScoring {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/scoring";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Read the scoring model with its versions";
    type Body = NoBody;
    type Response = Scoring;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The latest model and what was before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Scoring {
    /// The model that scores now.
    pub model: ScoringModel,
    /// The newest versions, the newest first; at most [`VERSIONS_MAX`].
    pub versions: Vec<ModelVersion>,
    /// The names of the fields that rules may ask about.
    pub facts: Vec<String>,
    /// How far scoring the stored leads anew has come.
    pub rescoring: Rescoring,
}

/// One published version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ModelVersion {
    /// Its number; it grows by one.
    pub version: u32,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who did; empty for the model that every deployment starts with.
    pub author: String,
    /// Why.
    pub note: String,
    /// How many rules it has.
    pub rules: u32,
}

/// Reads one version of the model.
#[derive(Clone, Copy, Debug)]
pub struct FindModel {
    /// Which.
    pub version: u32,
}

impl Endpoint for FindModel {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/scoring/models/:version";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Read one version of the scoring model";
    type Body = NoBody;
    type Response = ScoringModel;
    fn path(&self) -> String {
        format!("/api/v1/scoring/models/{}", self.version)
    }
}

/// Publishes a model. From then on it scores what comes in; stored leads follow by [`RescoreSome`].
#[derive(Clone, Copy, Debug)]
pub struct PublishModel;

impl Endpoint for PublishModel {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/scoring/models";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Publish a scoring model made from the latest one";
    type Body = ModelDraft;
    type Response = Scoring;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// A model to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelDraft {
    /// The model, with the number of the version that it was made from: if another was published in
    /// between, this one is refused.
    pub model: ScoringModel,
    /// Who publishes it.
    pub author: String,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// Scores the next stored leads by the latest model and writes those whose score changes.
#[derive(Clone, Copy, Debug)]
pub struct RescoreSome;

impl Endpoint for RescoreSome {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/scoring/rescorings";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Score the next stored leads by the latest model";
    type Body = NoBody;
    type Response = Rescoring;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// How far scoring the stored leads by the latest model has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Rescoring {
    /// The version that they are scored by.
    pub version: u32,
    /// Whether every lead was looked at, those included that may have come in under the model before.
    pub is_done: bool,
    /// Whether there is none left for now: the clock looks again until it is done.
    pub is_caught_up: bool,
    /// How many leads were looked at.
    pub looked_at: u32,
    /// How many of them have another score now.
    pub changed: u32,
}

/// Reads the book as the studio scores it, in the order of ids.
#[derive(Clone, Copy, Debug)]
pub struct ListBook {
    /// The last lead of the page before; nothing for the first page.
    pub after: Option<LeadId>,
}

impl Endpoint for ListBook {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/scoring/book";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Read what rules can look at, of every lead";
    type Body = NoBody;
    type Response = Book;
    fn path(&self) -> String {
        let after = self.after.map(|after| format!("?after={after}"));
        format!("{}{}", Self::ROUTE, after.unwrap_or_default())
    }
}

/// A lead as rules see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct BookLead {
    /// The lead.
    pub id: LeadId,
    /// When it was captured.
    pub captured_at: Timestamp,
    /// How far it has come.
    pub stage: Stage,
    /// The cell that it is in.
    pub cell: Cell,
    /// The form it came through.
    pub form_id: FormId,
    /// Where it came from.
    pub source: Source,
    /// What its address is.
    pub class: DomainClass,
    /// The verdict on its address.
    pub verdict: Verdict,
    /// Who takes the mail of its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What the numbering plans know of its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneFacts>,
    /// Why sales rejected it, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<RejectReason>,
    /// What sales rejected it for last, even where it has moved forward since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_for: Option<RejectReason>,
    /// When it became a customer, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub won_at: Option<Timestamp>,
    /// Its answers, and where it came from by the names that rules know.
    pub answers: BTreeMap<String, String>,
    /// What was known of it before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<FactChange>,
    /// Since when all of that is kept; nothing where nothing was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Timestamp>,
    /// What it was seen doing.
    pub observations: Vec<Observation>,
}

/// A page of the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Book {
    /// At most [`BOOK_LEADS_MAX`].
    pub leads: Vec<BookLead>,
    /// Where this page ends, unless it is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<LeadId>,
}
