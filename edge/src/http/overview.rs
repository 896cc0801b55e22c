//! The numbers of a period.

use plumbline_api::overview::{DAYS_MAX, Overview};
use plumbline_domain::time::Day;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json};

/// Reads the counts of the last days and of as many days before them.
pub async fn read_overview(call: Call) -> Answer {
    let asked = form_urlencoded::parse(call.query().as_bytes()).find(|(name, _)| name == "days");
    let days = match asked {
        None => 30,
        Some((_, text)) => text
            .parse::<u32>()
            .ok()
            .filter(|days| (1..=DAYS_MAX).contains(days))
            .ok_or(ApiError::InvalidQuery("The number of days is 1 to 90."))?,
    };
    let last = call.ctx.now.day();
    let days = i64::from(days);
    let first = Day::from_count(last.count() - days + 1);
    let before = Day::from_count(first.count() - days);
    let (counts, pages, rechecks) = call.ctx.store()?.read_overview(before, first).await?;
    json(&Overview { first, last, counts, pages, rechecks }, 200)
}
