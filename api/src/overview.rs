//! The numbers of a period.

use plumbline_domain::email::Verdict;
use plumbline_domain::funnel::LeadCount;
use plumbline_domain::time::Day;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// The longest period, in days.
pub const DAYS_MAX: u32 = 90;

/// Reads the counts of the last days.
#[derive(Clone, Copy, Debug)]
pub struct ReadOverview {
    /// How many days, today included: 1 to [`DAYS_MAX`].
    pub days: u32,
}

impl Endpoint for ReadOverview {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/overview";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Count leads by day, source, cell and stage";
    type Body = NoBody;
    type Response = Overview;
    fn path(&self) -> String {
        format!("{}?days={}", Self::ROUTE, self.days)
    }
}

/// The counts of a period, kept by the store and never counted over leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Overview {
    /// The first day, in UTC.
    pub first: Day,
    /// The last day, today.
    pub last: Day,
    /// The counts of this period and of the one before it, for comparison.
    pub counts: Vec<LeadCount>,
    /// The busiest pages of this period.
    pub pages: Vec<PageCount>,
    /// What came of looking at addresses again in this period.
    pub rechecks: Vec<RecheckCount>,
}

/// How many addresses were looked at again and went from one verdict to another, or stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RecheckCount {
    /// The verdict before.
    pub before: Verdict,
    /// The verdict after.
    pub after: Verdict,
    /// How many.
    pub leads: u32,
}

/// How a form did on one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PageCount {
    /// The path of the page.
    pub page_path: String,
    /// Its title when last seen.
    pub page_title: String,
    /// How often the form stood on it.
    pub views: u32,
    /// How often it was begun.
    pub starts: u32,
}
