//! Stored leads follow a new scoring model, a few at a time: the owner's screen asks for the next ones,
//! and the clock goes on where it stopped.

use plumbline_api::scoring::Rescoring;
use worker::Result;

use crate::context::Ctx;
use crate::store::scoring::Rescored;

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
    let last = leads.last().filter(|_| looked_at == count as usize).map(|lead| lead.summary.id);
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
    store.finish_rescoring(&progress, last, looked_at, &rescored, now).await?;
    Ok(store.find_rescoring().await?.shown)
}
