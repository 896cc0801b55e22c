//! Whom to call first.

use plumbline_api::today::{OUTCOME_DAYS, Today};
use plumbline_domain::time::{DAY_MS, Timestamp};
use plumbline_domain::today::{TodayList, today};

use super::guard::Call;
use super::{Answer, json};

/// Reads whom to call first.
pub async fn read_today(call: Call) -> Answer {
    let now = call.ctx.now;
    let store = call.ctx.store()?;
    let days_ago = |days: i64| Timestamp::from_ms(now.as_ms() - days * DAY_MS);
    let (found, model) = store.read_today(days_ago(OUTCOME_DAYS), days_ago(30).day(), now).await?;
    let held_today = store.count_held(now.day()).await?;
    let list = today(found.leads, &found.outcomes, &model, found.this_month, now);
    let TodayList { order, usual_deal_value, leads } = list;
    let (outcomes, leads_this_month) = (found.outcomes, found.this_month);
    let likelihood = model.likelihood;
    json(
        &Today {
            order,
            leads_this_month,
            outcomes,
            usual_deal_value,
            likelihood,
            held_today,
            leads,
        },
        200,
    )
}
