//! A visitor sends a form.

use std::collections::BTreeMap;

use plumbline_domain::attribution::PageContext;
use plumbline_domain::id::{FormId, LeadId};
use plumbline_domain::lead::{ClientScore, NextStep};
use plumbline_domain::named;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody};

/// Stores a submission once per idempotency key.
///
/// The key travels in the header `Idempotency-Key`; the same key with the same body answers the
/// first receipt again, with another body 422.
#[derive(Clone, Debug)]
pub struct SubmitLead {
    /// The form that was filled.
    pub form_id: FormId,
}

impl Endpoint for SubmitLead {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/forms/:form_id/submissions";
    const ACCESS: Access = Access::Public;
    const SUMMARY: &'static str = "Store a submission, once per idempotency key";
    type Body = SubmissionRequest;
    type Response = SubmissionReceipt;
    fn path(&self) -> String {
        format!("/api/v1/forms/{}/submissions", self.form_id)
    }
}

/// What a visitor sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmissionRequest {
    /// The answers by field name, as typed.
    pub answers: BTreeMap<String, String>,
    /// The page the form stands on.
    #[serde(default)]
    pub page: PageContext,
    /// What the browser scored by the public rules; advisory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_score: Option<ClientScore>,
    /// Whether it was kept on a device and nobody is there to correct it: if the form asks for other things
    /// now, it is held for the owner and not refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}

/// What a visitor gets back. It tells no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SubmissionReceipt {
    /// The stored lead.
    pub lead_id: LeadId,
    /// What the thank-you screen offers.
    pub next_step: NextStep,
}

/// Counts that a form was seen or begun on a page. Sent by `sendBeacon` as plain text.
#[derive(Clone, Debug)]
pub struct CountPageView {
    /// The form on the page.
    pub form_id: FormId,
}

impl Endpoint for CountPageView {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/forms/:form_id/page-views";
    const ACCESS: Access = Access::Public;
    const SUMMARY: &'static str = "Count that a form was seen or begun on a page";
    type Body = PageViewRequest;
    type Response = NoBody;
    fn path(&self) -> String {
        format!("/api/v1/forms/{}/page-views", self.form_id)
    }
}

/// One view or start of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PageViewRequest {
    /// What happened.
    pub kind: PageViewKind,
    /// The page.
    #[serde(default)]
    pub page: PageContext,
}

named! {
    /// What a visitor did with a form before sending it.
    pub enum PageViewKind {
        /// The form stood on the page.
        View = "view",
        /// The first field was entered.
        Start = "start",
    }
}
