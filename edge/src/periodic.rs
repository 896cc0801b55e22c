//! What happens by the clock; every job may run twice and does its work once.

use std::rc::Rc;

use plumbline_api::merges::UNDO_DAYS;
use plumbline_api::quarantine::HELD_DAYS;
use plumbline_domain::time::{DAY_MS, Timestamp};
use worker::{Env, Result, ScheduleContext};

use crate::bindings::Bindings;
use crate::context::{self, Background, Ctx};
use crate::recheck::recheck_some;
use crate::rescore::{end_overrides, rescore_some, wake_leads};
use crate::store::Store;

/// How many leads follow a new model each minute when no screen asks for more: few enough for the
/// processor time of a free account.
const RESCORED_LEADS: u32 = 50;

/// Runs every periodic job. One that fails is told of in the log and keeps none of the others back.
pub async fn run(env: Env, background: ScheduleContext) {
    let bindings = Bindings::new(env.clone());
    // The sweep of the outbox: if every wake-up was lost, this one finds what is undelivered.
    if let Err(error) = bindings.wake_lead_feed().await {
        worker::console_error!("outbox sweep failed: {error}");
    }
    if let Err(error) = end_quarantine(&bindings).await {
        worker::console_error!("quarantine not emptied: {error}");
    }
    match Ctx::new(env, Background::Clock(background)) {
        Ok(ctx) => {
            if let Err(error) = end_overrides(&ctx).await {
                worker::console_error!("no cell set by hand was ended: {error}");
            }
            if let Err(error) = wake_leads(&ctx).await {
                worker::console_error!("nobody was woken: {error}");
            }
            if let Err(error) = rescore_some(&ctx, RESCORED_LEADS).await {
                worker::console_error!("no lead was scored anew: {error}");
            }
            if let Err(error) = recheck_some(&Rc::new(ctx)).await {
                worker::console_error!("no address was looked at again: {error}");
            }
        }
        Err(missing) => worker::console_error!("configuration: {missing}"),
    }
    if let Err(error) = hash_suppressions(&bindings).await {
        worker::console_error!("addresses of before not hashed: {error}");
    }
    if let Err(error) = end_access(&bindings).await {
        worker::console_error!("ended sessions not forgotten: {error}");
    }
    if let Err(error) = end_merges(&bindings).await {
        worker::console_error!("old merges not forgotten: {error}");
    }
}

/// Forgets what two merged leads were, once they can be no more two.
async fn end_merges(bindings: &Bindings) -> Result<()> {
    store(bindings)?.forget_merges_before(days_ago(UNDO_DAYS)).await
}

/// Hashes the addresses that no mail may reach, where they were written before they were hashed.
async fn hash_suppressions(bindings: &Bindings) -> Result<()> {
    store(bindings)?.hash_plain_suppressions(context::now()).await
}

/// Forgets sessions that have ended and links that are too old to work.
async fn end_access(bindings: &Bindings) -> Result<()> {
    store(bindings)?.forget_ended_access(context::now(), days_ago(1)).await
}

/// Deletes what nobody released in [`HELD_DAYS`].
async fn end_quarantine(bindings: &Bindings) -> Result<()> {
    let store = store(bindings)?;
    store.forget_counts_before(days_ago(HELD_DAYS).day()).await?;
    store.discard_held_before(days_ago(HELD_DAYS)).await
}

fn store(bindings: &Bindings) -> Result<Store> {
    Ok(Store::new(bindings.database()?, Rc::default()))
}

fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_ms(context::now().as_ms() - days * DAY_MS)
}
