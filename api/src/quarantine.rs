//! Submissions that look like spam: held for the owner to decide, and never dropped unseen
//! (PRODUCT D8).

use std::collections::BTreeMap;

use plumbline_domain::id::{FormId, LeadId};
use plumbline_domain::named;
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::submissions::SubmissionReceipt;
use crate::{Access, Endpoint, Method, NoBody, Scope};

/// The most submissions of one list.
pub const SUBMISSIONS_MAX: u32 = 100;
/// How long a submission is held, in days.
pub const HELD_DAYS: i64 = 30;

named! {
    /// Why a submission was held.
    pub enum QuarantineReason {
        /// A field that people do not see was filled.
        TrapFilled = "trap_filled",
        /// It waited on a visitor's device, and the form asks for other things now.
        FormChanged = "form_changed",
        /// More came from one network, or through one form, than is meant to come in a day.
        TooMany = "too_many",
    }
}

/// A submission that was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct QuarantinedSubmission {
    /// The id that its receipt named, and that its lead would have.
    pub id: LeadId,
    /// The form it came through.
    pub form_id: FormId,
    /// When it was sent.
    pub received_at: Timestamp,
    /// Why it was held.
    pub reason: QuarantineReason,
    /// The answers by field name, as typed.
    pub answers: BTreeMap<String, String>,
    /// The address of the page that the form stood on.
    pub page_url: String,
}

/// Lists what is held, newest first, at most [`SUBMISSIONS_MAX`].
#[derive(Clone, Copy, Debug)]
pub struct ListQuarantine {
    /// The last submission of the page before; nothing for the first page.
    pub after: Option<LeadId>,
}

impl Endpoint for ListQuarantine {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/quarantine";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "List submissions that were held as suspected spam";
    type Body = NoBody;
    type Response = Quarantine;
    fn path(&self) -> String {
        let after = self.after.map(|after| format!("?after={after}"));
        format!("{}{}", Self::ROUTE, after.unwrap_or_default())
    }
}

/// What is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Quarantine {
    /// A page of it, newest first.
    pub submissions: Vec<QuarantinedSubmission>,
    /// Whether older ones may follow.
    #[serde(default)]
    pub has_older: bool,
}

/// Makes a lead of a held submission, as if it had never been held.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseSubmission {
    /// Which.
    pub submission_id: LeadId,
}

impl Endpoint for ReleaseSubmission {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/quarantine/:submission_id/release";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Make a lead of a held submission";
    type Body = NoBody;
    type Response = SubmissionReceipt;
    fn path(&self) -> String {
        format!("/api/v1/quarantine/{}/release", self.submission_id)
    }
}

/// Deletes a held submission.
#[derive(Clone, Copy, Debug)]
pub struct DiscardSubmission {
    /// Which.
    pub submission_id: LeadId,
}

impl Endpoint for DiscardSubmission {
    const METHOD: Method = Method::Delete;
    const ROUTE: &'static str = "/api/v1/quarantine/:submission_id";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Delete a held submission";
    type Body = NoBody;
    type Response = NoBody;
    fn path(&self) -> String {
        format!("/api/v1/quarantine/{}", self.submission_id)
    }
}
