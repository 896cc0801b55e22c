//! Two leads of one person become one, and two again for thirty days.

use std::collections::BTreeMap;

use plumbline_domain::id::{LeadId, MergeId};
use plumbline_domain::lead::LeadSummary;
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// How long a merge can be undone, in days (PRODUCT F5).
pub const UNDO_DAYS: i64 = 30;
/// How many merges are listed.
pub const MERGES_MAX: u32 = 50;

/// Merges two leads; the older one survives.
#[derive(Clone, Copy, Debug)]
pub struct MergeLeads;

impl Endpoint for MergeLeads {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/merges";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Merge two leads of one person; the older one survives";
    type Body = MergeRequest;
    type Response = Merged;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// A lead at the version it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadVersion {
    /// The lead.
    pub id: LeadId,
    /// Its version.
    pub version: u32,
}

/// What to merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// Two leads, in any order.
    pub leads: [LeadVersion; 2],
    /// For each answer that is the other's and not the survivor's, `true`; the others are the
    /// survivor's, and what it has not is the other's anyway.
    #[serde(default)]
    pub from_other: BTreeMap<String, bool>,
}

/// What became of two leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Merged {
    /// Names the merge, to undo it.
    pub id: MergeId,
    /// The lead that is left.
    pub survivor: LeadSummary,
}

/// Lists the newest merges.
#[derive(Clone, Copy, Debug)]
pub struct ListMerges;

impl Endpoint for ListMerges {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/merges";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "List merges of the last 30 days, newest first";
    type Body = NoBody;
    type Response = Merges;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The newest merges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Merges {
    /// At most [`MERGES_MAX`].
    pub merges: Vec<MergeRecord>,
}

/// One merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct MergeRecord {
    /// Its identity.
    pub id: MergeId,
    /// The lead that survived.
    pub survivor_id: LeadId,
    /// What it was called.
    pub survivor: String,
    /// The lead that went into it.
    pub merged_id: LeadId,
    /// What that one was called.
    pub merged: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Timestamp>,
}

/// Makes two leads of one again, each as it was to the byte.
#[derive(Clone, Copy, Debug)]
pub struct UndoMerge {
    /// Which.
    pub merge_id: MergeId,
}

impl Endpoint for UndoMerge {
    const METHOD: Method = Method::Delete;
    const ROUTE: &'static str = "/api/v1/merges/:merge_id";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Undo a merge, unless the lead was changed since";
    type Body = NoBody;
    type Response = NoBody;
    fn path(&self) -> String {
        format!("/api/v1/merges/{}", self.merge_id)
    }
}
