//! Stored leads follow a new scoring model, a few at a time: the owner's screen asks for the next ones,
//! and the clock goes on where it stopped.

use plumbline_api::scoring::Rescoring;
use worker::Result;

use crate::capture::wake_feed_soon;
use crate::context::Ctx;
use crate::http::forms::KEPT_FORM_S;
use crate::store::many::ChangedLead;

/// How long after a publication a lead may still be scored by the model before, in milliseconds: of two that
/// are published at once, the older may be what KV keeps, and isolates keep what they have read for a minute.
const LAG_MS: i64 = KEPT_FORM_S as i64 * 1_000 + 70_000;

/// How many cells that were set by hand end in one step.
const ENDED_OVERRIDES_MAX: u32 = 50;

/// Lets the computed score count again where a cell that was set by hand has had its time.
///
/// # Errors
/// When the database fails; then the same leads come again.
pub async fn end_overrides(ctx: &Ctx) -> Result<()> {
    let (store, now) = (ctx.store()?, ctx.now);
    let leads = store.list_ended_overrides(ENDED_OVERRIDES_MAX, now).await?;
    if leads.is_empty() {
        return Ok(());
    }
    let model = store.find_model().await?;
    let mut changed = Vec::with_capacity(leads.len());
    for mut lead in leads {
        let version = lead.summary.version;
        let mut kinds: Vec<_> = lead.end_override(now).into_iter().collect();
        kinds.extend(lead.follow(&model, now).unwrap_or_default());
        lead.summary.version = version + 1;
        let events = ctx.named(kinds);
        changed.push(ChangedLead { lead, events });
    }
    store.store_changed(&changed, now).await?;
    wake_feed_soon(ctx);
    Ok(())
}

/// How many leads that somebody wanted to see again are looked at in one step.
const WAKING_MAX: u32 = 50;

/// Lets leads cross whose day has come and that have done something new since they were sent back.
///
/// # Errors
/// When the database fails; then the same leads come again.
pub async fn wake_leads(ctx: &Ctx) -> Result<()> {
    let (store, now) = (ctx.store()?, ctx.now);
    let leads = store.list_waking(now, WAKING_MAX).await?;
    let Some(last) = leads.last() else { return Ok(()) };
    let wake_at = last.details.rejection.and_then(|one| one.wake_at).unwrap_or(now);
    let place = (wake_at, last.summary.id);
    let model = store.find_model().await?;
    let changed: Vec<_> = leads
        .into_iter()
        .filter_map(|mut lead| {
            let kinds = lead.follow(&model, now)?;
            let events = ctx.named(kinds);
            Some(ChangedLead { lead, events })
        })
        .collect();
    if !changed.is_empty() {
        store.store_changed(&changed, now).await?;
        wake_feed_soon(ctx);
    }
    store.advance_waking(place).await
}

/// Scores the next `count` leads by the latest model and writes those whose score is another.
///
/// # Errors
/// When the database fails; then the same leads come again.
pub async fn rescore_some(ctx: &Ctx, count: u32) -> Result<Rescoring> {
    let (store, now) = (ctx.store()?, ctx.now);
    let progress = store.find_rescoring().await?;
    if progress.shown.is_done {
        return Ok(progress.shown);
    }
    let leads = store.list_to_rescore(count).await?;
    let looked_at = leads.len();
    // Isolates and KV may score by the model before for a while: the end is the end only after that.
    let may_be_last = looked_at < count as usize && now.since(progress.published_at) > LAG_MS;
    let after = leads.last().map_or(progress.after.clone(), |lead| lead.summary.id.to_string());
    let after = (!may_be_last).then_some(after);
    let model = store.find_model().await?;
    let mut rescored = Vec::new();
    for mut lead in leads {
        if let Some(kinds) = lead.follow(&model, now) {
            let events = ctx.named(kinds);
            rescored.push(ChangedLead { lead, events });
        }
    }
    store.finish_rescoring(&progress, after, looked_at, &rescored, now).await?;
    Ok(store.find_rescoring().await?.shown)
}
