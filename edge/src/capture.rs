//! The whole submission, top to bottom.

use std::cell::Cell;

use plumbline_api::forms::PublishedForm;
use plumbline_api::submissions::SubmissionReceipt;
use plumbline_domain::email::{Assessment, SyntaxReason};
use plumbline_domain::id::{EventId, IdempotencyKey, LeadId};
use plumbline_domain::lead::{Lead, LeadDraft, LeadEvent, LeadEventKind, next_step};
use plumbline_domain::time::Timestamp;

use crate::context::Ctx;
use crate::crypto;
use crate::email::verify::verify_address;
use crate::http::client::check_rate;
use crate::http::problem::ApiError;
use crate::unicode::EdgeUnicode;

/// A field that no person sees. Whoever fills it is a script, or a very eager autofill.
pub const TRAP_FIELD: &str = "website2";

/// What a visitor sent, and who they are to the rate limits.
pub struct Capture<'a> {
    /// The form with its model.
    pub published: &'a PublishedForm,
    /// The raw answers.
    pub draft: LeadDraft,
    /// What was typed into [`TRAP_FIELD`].
    pub trap: String,
    /// The key of this form fill.
    pub key: IdempotencyKey,
    /// The client's coarse address.
    pub client: String,
}

/// Stores a lead once, or says what is wrong with it. One database round trip.
///
/// # Errors
/// The fields that are wrong, a key used for another body, or a store that cannot be reached; in
/// each case nothing was stored.
pub async fn capture_lead(
    ctx: &Ctx,
    capture: Capture<'_>,
) -> Result<(SubmissionReceipt, bool), ApiError> {
    let Capture { published, draft, trap, key, client } = capture;
    let (form, model) = (&published.form, &published.model);
    let submission = draft.validate(form, &EdgeUnicode).map_err(ApiError::InvalidFields)?;
    // Refusing costs no row and no look-up, so only what would be stored is counted.
    check_rate(&ctx.bindings, "submissions", &client).await?;
    let body_hash = body_hash(&draft);
    let id = LeadId::new(ctx.now, crypto::random());
    if !trap.is_empty() {
        // The answer of a stored lead, so that a script learns nothing (attack case 28).
        let answers = serde_json::to_string(&submission.answers).unwrap_or_default();
        ctx.store()?.quarantine(id, &form.id, "trap_filled", &answers, ctx.now).await?;
        let next_step = plumbline_domain::lead::NextStep::Newsletter;
        return Ok((SubmissionReceipt { lead_id: id, next_step }, true));
    }
    let assessment = match &submission.email {
        Some(address) => verify_address(ctx, address, &client).await,
        None => Assessment::of_bad_syntax(SyntaxReason::Empty, ctx.now),
    };
    let lead = Lead::capture(id, form, submission, assessment, model, ctx.now);
    let event = LeadEvent {
        id: EventId::new(ctx.now, crypto::random()),
        lead_id: id,
        occurred_at: ctx.now,
        kind: LeadEventKind::Created,
    };
    let inserted = ctx.store()?.insert_captured(&lead, &key, &body_hash, &event).await?;
    if inserted.body_hash != body_hash {
        return Err(ApiError::IdempotencyKeyReused);
    }
    if inserted.is_new {
        wake_feed_soon(ctx);
    }
    let next_step = next_step(inserted.cell);
    Ok((SubmissionReceipt { lead_id: inserted.lead_id, next_step }, inserted.is_new))
}

/// Two submissions are the same when their answers are; the page they came from may be reported
/// differently on a retry.
fn body_hash(draft: &LeadDraft) -> String {
    let text = serde_json::to_string(&draft.answers).unwrap_or_default();
    let mut hash = crypto::sha256_hex(&text);
    hash.truncate(32);
    hash
}

thread_local! {
    static READ_AT: Cell<Timestamp> = const { Cell::new(Timestamp::from_ms(0)) };
}

/// How far the clocks of this isolate and of the feed may lie apart, in milliseconds.
const CLOCKS_APART_MS: i64 = 100;

/// Wakes the feed after the answer was sent, unless it is known to read the outbox soon anyway: an
/// event that is stored before that moment is in what it reads.
pub fn wake_feed_soon(ctx: &Ctx) {
    let now = crate::context::now();
    if READ_AT.get().since(now) > CLOCKS_APART_MS {
        return;
    }
    let bindings = ctx.bindings.clone();
    ctx.in_background(async move {
        // If this fails the event waits in the outbox for the next wake-up or the cron sweep.
        match bindings.wake_lead_feed().await {
            Ok(due) => READ_AT.set(due),
            Err(error) => worker::console_warn!("the lead feed was not woken: {error}"),
        }
    });
}
