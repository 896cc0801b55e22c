//! Whom to call first.

use plumbline_domain::scoring::Likelihood;
use plumbline_domain::today::{CellOutcomes, TodayLead, TodayOrder};
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// How old a lead has to be, in days, before its outcome counts; whoever became a customer later than that is
/// none that was won.
pub const OUTCOME_DAYS: i64 = 90;
/// Of how many of the newest of these leads the outcomes count.
pub const OUTCOME_LEADS_MAX: u32 = 500;
/// Of how many of the newest leads the most urgent and the best fitting are looked at; of older ones only the most
/// urgent, those with a deal of a known value, those to look at again, and those that did something lately.
pub const NEWEST_MAX: u32 = 600;

/// Reads whom to call first.
#[derive(Clone, Copy, Debug)]
pub struct ReadToday;

impl Endpoint for ReadToday {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/today";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Read whom to call first, and why";
    type Body = NoBody;
    type Response = Today;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// Whom to call first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Today {
    /// What the list is ordered by.
    pub order: TodayOrder,
    /// How many leads came in the last thirty days.
    pub leads_this_month: u32,
    /// What became of leads older than [`OUTCOME_DAYS`] days, the newest [`OUTCOME_LEADS_MAX`], by the cell that
    /// they came in.
    pub outcomes: CellOutcomes,
    /// What a deal counts whose value nobody has noted, where any is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_deal_value: Option<u32>,
    /// What was learned from outcomes, where the model has it: then it says how likely each is to be won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Likelihood>,
    /// How many submissions were held today: many are a sign of a flood.
    #[serde(default)]
    pub held_today: u32,
    /// The leads.
    pub leads: Vec<TodayLead>,
}
