//! Stored leads follow a new scoring model, a few at a time: the owner's screen asks for the next ones,
//! and the clock goes on where it stopped.

use plumbline_api::scoring::Rescoring;
use worker::Result;

use crate::context::Ctx;
use crate::store::scoring::Rescored;

/// How long after a publication a lead may still be scored by the model before, in milliseconds.
const LAG_MS: i64 = 120_000;

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
        let before = lead.summary.cell;
        if lead.rescore(&model, now) {
            let kind = lead.cell_change(before);
            let event = kind.map(|kind| (ctx.event_id(), kind));
            rescored.push(Rescored { lead, event });
        }
    }
    store.finish_rescoring(&progress, after, looked_at, &rescored, now).await?;
    Ok(store.find_rescoring().await?.shown)
}
