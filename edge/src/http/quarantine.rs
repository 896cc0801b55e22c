//! The owner looks through what was held as suspected spam.

use plumbline_api::quarantine::{Quarantine, SUBMISSIONS_MAX};
use plumbline_domain::id::LeadId;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, forms, json, no_content};
use crate::capture::release_submission;
use crate::store::quarantine::HeldSubmission;

/// Lists what is held.
pub async fn list_quarantine(call: Call) -> Answer {
    let held = call.ctx.store()?.list_held(call.after()?).await?;
    let has_older = held.len() == SUBMISSIONS_MAX as usize;
    let submissions = held.into_iter().map(HeldSubmission::shown).collect();
    json(&Quarantine { submissions, has_older }, 200)
}

/// Makes a lead of a held submission.
pub async fn release(call: Call) -> Answer {
    let id = call.parameter("submission_id", LeadId::parse)?;
    let held = call.ctx.store()?.find_held(id).await?.ok_or(ApiError::NotFound)?;
    let published = forms::published(&call.ctx, &held.form_id).await?;
    json(&release_submission(&call.ctx, &published, held).await?, 201)
}

/// Deletes a held submission.
pub async fn discard(call: Call) -> Answer {
    let id = call.parameter("submission_id", LeadId::parse)?;
    if call.ctx.store()?.discard_held(id).await? { no_content() } else { Err(ApiError::NotFound) }
}
