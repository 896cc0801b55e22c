//! The owner makes one lead of two, and two of one.

use plumbline_api::merges::{LeadVersion, MergeRequest, Merged, Merges};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::MergeId;
use plumbline_domain::lead::LeadEventKind;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json, no_content};
use crate::capture::wake_feed_soon;
use crate::crypto;

/// Merges two leads; ids sort by time, so the lower one is the older and survives.
pub async fn merge_leads(call: Call) -> Answer {
    let request: MergeRequest = call.json().await?;
    let [mut one, mut other] = request.leads;
    if one.id == other.id {
        return Err(ApiError::InvalidFields(vec![FieldError::new("leads", Rule::OutOfRange)]));
    }
    if other.id < one.id {
        std::mem::swap(&mut one, &mut other);
    }
    let (store, now) = (call.ctx.store()?, call.ctx.now);
    let read = async |wanted: LeadVersion| {
        let record = store.find_lead(wanted.id, now).await?.ok_or(ApiError::NotFound)?;
        let is_same = record.lead.summary.version == wanted.version;
        if is_same { Ok(record.lead) } else { Err(ApiError::VersionConflict) }
    };
    let (mut survivor, merged) = (read(one).await?, read(other).await?);
    let model = store.find_model().await?;
    let takes = |name: &str| request.from_other.get(name).copied().unwrap_or_default();
    survivor.merge(&merged, takes, &model, now);
    let mut told = vec![LeadEventKind::Merged { lead_id: other.id }];
    told.extend(survivor.qualify(&model, now));
    let told = call.ctx.named(told);
    let id = MergeId::new(now, crypto::random());
    if !store.merge(id, &survivor, other, &told, call.ctx.event_id(), now).await? {
        return Err(ApiError::VersionConflict);
    }
    wake_feed_soon(&call.ctx);
    json(&Merged { id, survivor: survivor.summary }, 201)
}

/// Lists the newest merges.
pub async fn list_merges(call: Call) -> Answer {
    json(&Merges { merges: call.ctx.store()?.list_merges().await? }, 200)
}

/// Undoes a merge. A survivor that was changed since would lose the change, so it stays.
pub async fn undo_merge(call: Call) -> Answer {
    let id = call.parameter("merge_id", MergeId::parse)?;
    let store = call.ctx.store()?;
    let merge = store.find_merge(id).await?.ok_or(ApiError::NotFound)?;
    if !store
        .undo_merge(id, &merge, [call.ctx.event_id(), call.ctx.event_id()], call.ctx.now)
        .await?
    {
        return Err(ApiError::VersionConflict);
    }
    wake_feed_soon(&call.ctx);
    no_content()
}
