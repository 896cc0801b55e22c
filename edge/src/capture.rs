//! The whole submission, top to bottom.

use std::cell::Cell;
use std::time::Duration;

use plumbline_api::quarantine::QuarantineReason;
use plumbline_api::submissions::{SubmissionReceipt, SubmissionRequest};
use plumbline_domain::email::{Assessment, SyntaxReason};
use plumbline_domain::id::{IdempotencyKey, LeadId};
use plumbline_domain::lead::{Findings, Lead, LeadDraft, NextStep, Submission, next_step};
use plumbline_domain::time::Timestamp;
use worker::Delay;

use crate::context::Ctx;
use crate::crypto;
use crate::email::verify::{Caller, verify_address};
use crate::http::client::check_rate;
use crate::http::problem::ApiError;
use crate::phone::submitted_phone;
use crate::store::forms::PublishedForm;
use crate::store::quarantine::HeldSubmission;
use crate::unicode::EdgeUnicode;

/// A field that no person sees. Whoever fills it is a script, or a very eager autofill.
pub const TRAP_FIELD: &str = "website2";

/// What a visitor sent, once every answer was found good.
pub struct Capture<'a> {
    /// The form with its model.
    pub published: &'a PublishedForm,
    /// The raw answers.
    pub draft: LeadDraft,
    /// What they are worth.
    pub submission: Submission,
    /// What was typed into [`TRAP_FIELD`].
    pub trap: String,
    /// The key of this form fill.
    pub key: IdempotencyKey,
    /// The country that the request came from, in two letters, or nothing.
    pub country: &'a str,
}

/// Stores a lead once and returns its receipt, and whether this call stored it. One database round
/// trip, unless the key was used before.
///
/// # Errors
/// Too many submissions, a key used for another body, or a store that cannot be reached; in each
/// case nothing was stored.
pub async fn capture_lead(
    ctx: &Ctx,
    client: &str,
    capture: Capture<'_>,
) -> Result<(SubmissionReceipt, bool), ApiError> {
    let Capture { published, draft, submission, trap, key, country } = capture;
    let (form, model) = (&published.form, &published.model);
    // Refusing costs no row and no look-up, so only what would be stored is counted.
    check_rate(&ctx.bindings, "submissions", client).await?;
    let id = LeadId::new(ctx.now, crypto::random());
    if !trap.is_empty() {
        let held = HeldSubmission {
            id,
            form_id: form.id.clone(),
            received_at: ctx.now,
            reason: QuarantineReason::TrapFilled,
            submission: SubmissionRequest {
                answers: draft.answers,
                page: draft.page,
                client_score: None,
            },
        };
        ctx.store()?.hold(&held).await?;
        // The answer of a stored lead, so that a script learns nothing (attack case 28).
        return Ok((SubmissionReceipt { lead_id: id, next_step: NextStep::Newsletter }, true));
    }
    let body_hash = body_hash(&draft);
    let findings = find_out(ctx, &submission, Caller::Visitor(client), country).await;
    let lead = Lead::capture(id, form, submission, findings, model, ctx.now);
    let store = ctx.store()?;
    loop {
        if store.insert_captured(&lead, &key, &body_hash).await? {
            wake_feed_soon(ctx);
            let next_step = next_step(lead.summary.cell);
            return Ok((SubmissionReceipt { lead_id: id, next_step }, true));
        }
        // The key is known: the answer is the first one's, if the question is.
        match store.find_receipt(&form.id, &key).await? {
            Some(stored) if stored.body_hash == body_hash => {
                let next_step = next_step(stored.cell);
                return Ok((SubmissionReceipt { lead_id: stored.lead_id, next_step }, false));
            }
            Some(_) => return Err(ApiError::IdempotencyKeyReused),
            // It was erased between the two statements, so the key is free again.
            None => {}
        }
    }
}

/// Makes a lead of a submission that was held: what it would have become when it was sent, but for
/// the verdict on its address, which is today's.
///
/// # Errors
/// The fields that the form asks for otherwise by now, or a store that cannot be reached; in each
/// case the submission is held still.
pub async fn release_submission(
    ctx: &Ctx,
    published: &PublishedForm,
    held: HeldSubmission,
) -> Result<SubmissionReceipt, ApiError> {
    let (form, model) = (&published.form, &published.model);
    let SubmissionRequest { answers, page, client_score } = held.submission;
    let draft = LeadDraft { answers, page, client_score };
    let submission = draft.validate(form, &EdgeUnicode).map_err(ApiError::InvalidFields)?;
    let findings = find_out(ctx, &submission, Caller::Owner, "").await;
    let lead = Lead::capture(held.id, form, submission, findings, model, held.received_at);
    // Nobody else has this key, so pressing twice stores once.
    let key = IdempotencyKey::parse(&held.id.to_string()).map_err(|_| ApiError::NotFound)?;
    ctx.store()?.release(&lead, &key, &body_hash(&draft)).await?;
    wake_feed_soon(ctx);
    Ok(SubmissionReceipt { lead_id: held.id, next_step: next_step(lead.summary.cell) })
}

async fn find_out(
    ctx: &Ctx,
    submission: &Submission,
    caller: Caller<'_>,
    country: &str,
) -> Findings {
    let assessment = match &submission.email {
        Some(address) => verify_address(ctx, address, caller).await,
        None => Assessment::of_bad_syntax(SyntaxReason::Empty, ctx.now),
    };
    Findings { assessment, phone: submitted_phone(submission, country) }
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
    /// Events stored before this moment are in what the feed reads next.
    static COVERED_UNTIL: Cell<Timestamp> = const { Cell::new(Timestamp::from_ms(0)) };
}

/// How far the clocks of this isolate and of the feed may lie apart, in milliseconds.
const CLOCKS_APART_MS: i64 = 100;

/// Wakes the feed after the answer was sent, unless it is known to read the outbox soon anyway.
///
/// One call speaks for every lead that is stored before it is made, so that a burst makes few: it
/// waits until the last reading is surely over, and asks for the next.
pub fn wake_feed_soon(ctx: &Ctx) {
    let now = crate::context::now();
    let until_covered = COVERED_UNTIL.get().since(now);
    if until_covered > CLOCKS_APART_MS {
        return;
    }
    let wait = (until_covered + CLOCKS_APART_MS).max(0);
    COVERED_UNTIL.set(Timestamp::from_ms(now.as_ms() + wait + CLOCKS_APART_MS));
    let bindings = ctx.bindings.clone();
    ctx.in_background(async move {
        if wait > 0 {
            Delay::from(Duration::from_millis(wait.unsigned_abs())).await;
        }
        // If this fails the event waits in the outbox for the next wake-up or the cron sweep.
        match bindings.wake_lead_feed().await {
            Ok(due) => COVERED_UNTIL.set(due.max(COVERED_UNTIL.get())),
            Err(error) => worker::console_warn!("the lead feed was not woken: {error}"),
        }
    });
}
