//! The owner's leads.

use std::collections::BTreeMap;

use plumbline_domain::attribution::Source;
use plumbline_domain::email::Mailbox;
use plumbline_domain::id::LeadId;
use plumbline_domain::import::SuppressionReason;
use plumbline_domain::lead::{Lead, LeadEvent, LeadSummary, RejectReason, Stage};
use plumbline_domain::named;
use plumbline_domain::scoring::{Cell, MissingSignal, Outcomes, Score};
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope, encoded};

/// The most leads of one page.
pub const PAGE_LEADS_MAX: u32 = 100;
/// The fields that somebody may learn in a call (PRODUCT G1). What has to be looked up, what a person is
/// known by and what only they can consent to is not among them. `deal_value` is a whole number in your
/// currency.
pub const CALL_FIELDS: [&str; 18] = [
    "annual_revenue",
    "authority",
    "budget",
    "city",
    "company_size",
    "country",
    "deal_value",
    "department",
    "employees",
    "industry",
    "job_title",
    "language",
    "need",
    "region",
    "role",
    "seniority",
    "time_zone",
    "timing",
];
/// The longest answer from a call, in characters.
pub const CALL_ANSWER_CHARS_MAX: usize = 500;
/// The leads of one page when nothing else is asked.
pub const PAGE_LEADS_DEFAULT: u32 = 50;

named! {
    /// How a list is sorted.
    pub enum LeadSort {
        /// By time of capture, newest first.
        Newest = "newest",
        /// By the urgency of the cell, then by points, highest first.
        Priority = "priority",
    }
}

#[expect(clippy::derivable_impls, reason = "a named enum marks no case as its default")]
impl Default for LeadSort {
    fn default() -> Self {
        Self::Newest
    }
}

/// What to list; every field empty lists everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadFilter {
    /// Words that any answer has, from their start.
    pub words: String,
    /// One stage.
    pub stage: Option<Stage>,
    /// One cell.
    pub cell: Option<Cell>,
    /// One source.
    pub source: Option<Source>,
}

impl LeadFilter {
    /// Returns whether nothing is filtered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Lists leads, a page at a time.
#[derive(Clone, Debug, Default)]
pub struct ListLeads {
    /// Which.
    pub filter: LeadFilter,
    /// In which order.
    pub sort: LeadSort,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many at most; 0 for the default.
    pub limit: u32,
}

impl Endpoint for ListLeads {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/leads";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "List leads in keyset pages, filtered and sorted";
    type Body = NoBody;
    type Response = LeadPage;
    fn path(&self) -> String {
        let filter = &self.filter;
        let mut pairs = vec![("sort", self.sort.as_str().to_owned())];
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("q", Some(filter.words.clone()).filter(|words| !words.is_empty()));
        push("stage", filter.stage.map(|stage| stage.as_str().to_owned()));
        push("cell", filter.cell.map(|cell| cell.as_str().to_owned()));
        push("source", filter.source.map(|source| source.as_str().to_owned()));
        push("cursor", self.cursor.clone());
        push("limit", (self.limit > 0).then(|| self.limit.to_string()));
        let query: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("{}?{}", Self::ROUTE, query.join("&"))
    }
}

/// One page of leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LeadPage {
    /// The rows.
    pub leads: Vec<LeadSummary>,
    /// Where the next page begins, or nothing at the end. Opaque and signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Reads one lead with its events.
#[derive(Clone, Copy, Debug)]
pub struct FindLead {
    /// Which.
    pub lead_id: LeadId,
}

impl Endpoint for FindLead {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/leads/:lead_id";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Read one lead with its events";
    type Body = NoBody;
    type Response = LeadRecord;
    fn path(&self) -> String {
        format!("/api/v1/leads/{}", self.lead_id)
    }
}

/// A lead with what happened to it, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LeadRecord {
    /// The lead.
    pub lead: Lead,
    /// Its score at this moment by the latest model: what it was seen doing counts less every day.
    pub today: Score,
    /// What is not known of it and would raise that score, the cheapest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingSignal>,
    /// How likely it is to be won, where the model has learned that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<Chance>,
    /// What sales must know before it may accept this lead, and does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<NeededAnswer>,
    /// Its events.
    pub events: Vec<LeadEvent>,
    /// Other leads of the same person: each shares a mailbox, a number, or a name at a company.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_person: Vec<LeadSummary>,
    /// Why no mail may reach the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<SuppressionReason>,
}

/// How likely a lead is to be won, and from how much that was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Chance {
    /// In thousandths.
    pub per_mille: u32,
    /// From how many closed leads it was learned.
    pub leads: u32,
    /// How many of them were won.
    pub won: u32,
    /// What became of leads that cards like it had not seen and thought as likely.
    pub alike: Outcomes,
}

/// A question that somebody has to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NeededAnswer {
    /// The name of the field.
    pub name: String,
    /// The answers that rules know.
    pub known: Vec<String>,
}

/// Changes one lead. The header `If-Match` names the version it was made from, as `"3"`.
#[derive(Clone, Copy, Debug)]
pub struct UpdateLead {
    /// Which.
    pub lead_id: LeadId,
}

impl Endpoint for UpdateLead {
    const METHOD: Method = Method::Patch;
    const ROUTE: &'static str = "/api/v1/leads/:lead_id";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Move a lead to another stage, or note something about it";
    type Body = LeadChange;
    type Response = LeadRecord;
    fn path(&self) -> String {
        format!("/api/v1/leads/{}", self.lead_id)
    }
}

/// What to change; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadChange {
    /// The stage to move to. Going back to `lead` is a rejection, and needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Why sales sends it back to where it is nurtured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<RejectionChange>,
    /// The owner's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What a person or a mail server told of the mailbox. One that bounced gets no more mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<Mailbox>,
    /// What was learned in a call, by field: any of [`CALL_FIELDS`]. An empty answer is taken away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// What a person thinks of the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewChange>,
    /// Whether a customer may buy more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_qualified: Option<bool>,
    /// Whether somebody has answered a person who asked to be contacted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
}

/// A person looked at the score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewChange {
    /// Who.
    pub author: String,
    /// Why they see it so.
    pub reason: String,
    /// The cell that they set, nothing when they agree with the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// From when on the computed one counts again; needed with a cell, at most a year ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RejectionChange {
    /// Why.
    pub reason: RejectReason,
    /// When somebody should look again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<Timestamp>,
}

/// Erases one lead and everything known of it.
#[derive(Clone, Copy, Debug)]
pub struct EraseLead {
    /// Which.
    pub lead_id: LeadId,
}

impl Endpoint for EraseLead {
    const METHOD: Method = Method::Delete;
    const ROUTE: &'static str = "/api/v1/leads/:lead_id";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Erase a lead and everything known of it";
    type Body = NoBody;
    type Response = NoBody;
    fn path(&self) -> String {
        format!("/api/v1/leads/{}", self.lead_id)
    }
}
