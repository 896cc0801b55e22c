//! Whom to call first.

use plumbline_api::today::{OUTCOME_DAYS, Today};
use plumbline_domain::time::Day;
use plumbline_domain::today::today;

use super::guard::Call;
use super::{Answer, json};

/// Reads whom to call first.
pub async fn read_today(call: Call) -> Answer {
    let now = call.ctx.now;
    let days_ago = |days: i64| Day::from_count(now.day().count() - days);
    let store = call.ctx.store()?;
    let (found, model) = futures_util::future::try_join(
        store.read_today(days_ago(OUTCOME_DAYS), days_ago(30), now),
        store.find_model(),
    )
    .await?;
    let (order, leads) = today(found.leads, &found.outcomes, &model, found.this_month, now);
    let (outcomes, leads_this_month) = (found.outcomes, found.this_month);
    let likelihood = model.likelihood;
    json(&Today { order, leads_this_month, outcomes, likelihood, leads }, 200)
}
