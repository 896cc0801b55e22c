//! Sales says no, and why: what marketing learns from (PRODUCT B2, J5).

use serde::{Deserialize, Serialize};

use crate::named;
use crate::time::Timestamp;

named! {
    /// Why sales rejects a lead.
    pub enum RejectReason {
        /// Studies, or looks for a job.
        Student = "student",
        /// Has nothing to do with what is sold.
        NoNeed = "no_need",
        /// Cannot pay for it.
        NoBudget = "no_budget",
        /// Cannot decide, and knows nobody who can.
        NoAuthority = "no_authority",
        /// Later, perhaps.
        BadTiming = "bad_timing",
        /// Too small or too large.
        WrongSize = "wrong_size",
        /// In an industry that is not served.
        WrongIndustry = "wrong_industry",
        /// In a country that is not served.
        WrongCountry = "wrong_country",
        /// Sells the same.
        Competitor = "competitor",
        /// Never answers.
        Unreachable = "unreachable",
        /// Anything else; the note says what.
        Other = "other",
    }
}

/// A rejection that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rejection {
    /// Why.
    pub reason: RejectReason,
    /// When.
    pub at: Timestamp,
    /// When somebody should look again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<Timestamp>,
}
