//! What people do in the product, told by the product itself (PRODUCT B3, B4).

use plumbline_domain::id::LeadId;
use plumbline_domain::lead::Stage;
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, Scope};

/// The most events of one call.
pub const TRACKED_EVENTS_MAX: usize = 100;

/// Tells what people did. Called by the product's server: a key in a browser would let anybody tell
/// anything of anybody.
#[derive(Clone, Copy, Debug)]
pub struct TrackEvents;

impl Endpoint for TrackEvents {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/track";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Tell what people did in the product";
    type Body = TrackRequest;
    type Response = Tracked;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// What was done, by whom and when. Sending it again changes nothing where every event has its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TrackRequest {
    /// At most [`TRACKED_EVENTS_MAX`]. If one of them is wrong, none is taken in. If the store fails, some may
    /// be: send all of them again.
    pub events: Vec<TrackedEvent>,
}

/// Something that somebody did in the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TrackedEvent {
    /// What, as the product calls it: small letters, digits and `._-`, at most 60. `trial_started`,
    /// `meeting_booked` and the other names that rules of engagement know count for the score too.
    pub event: String,
    /// When. The same event of the same person at the same millisecond is the same event. If it is left out
    /// it is the time of the call, and sent again it is another event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// Whose: the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<LeadId>,
    /// Or the address. Somebody who is not known by it becomes a lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Who did it, in the order in which they are named first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Tracked {
    /// Each person once.
    pub leads: Vec<TrackedLead>,
}

/// Somebody who did something, after it was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct TrackedLead {
    /// The lead.
    pub lead_id: LeadId,
    /// Whether this call made it a lead.
    pub is_new: bool,
    /// How far it has come.
    pub stage: Stage,
    /// Whether it is product qualified (PQL).
    pub product_qualified: bool,
    /// Whether it is a customer who may buy more.
    pub service_qualified: bool,
}
