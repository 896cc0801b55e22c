//! What the socket of an open dashboard carries.

use plumbline_domain::lead::{LeadEvent, LeadSummary};
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// Opens the WebSocket that carries [`LiveMessage`]s.
#[derive(Clone, Copy, Debug)]
pub struct OpenLiveFeed;

impl Endpoint for OpenLiveFeed {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/live";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Open the WebSocket that tells what happens to leads";
    type Body = NoBody;
    type Response = LiveMessage;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// One thing that happened, with the lead as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LiveMessage {
    /// What happened.
    pub event: LeadEvent,
    /// The lead's row, or nothing once it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<LeadSummary>,
}
