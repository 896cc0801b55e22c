//! The whole submission, top to bottom.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use plumbline_api::quarantine::QuarantineReason;
use plumbline_api::submissions::{SubmissionReceipt, SubmissionRequest};
use plumbline_domain::email::{Assessment, EmailAddress, SyntaxReason};
use plumbline_domain::id::{FormId, IdempotencyKey, LeadId};
use plumbline_domain::lead::{
    Findings, Lead, LeadDraft, NextStep, Submission, mailbox_key, next_step,
};
use plumbline_domain::text::truncated;
use plumbline_domain::time::Timestamp;
use worker::Delay;

use crate::context::Ctx;
use crate::crypto;
use crate::email::verify::{Caller, verify_address};
use crate::http::client::check_rate;
use crate::http::problem::ApiError;
use crate::phone::submitted_phone;
use crate::quota::Quota;
use crate::store::forms::{PublishedForm, SiteUse};
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
    /// Whether the key came with the page: a saved or cached page gives it to everybody who opens it.
    pub is_key_of_page: bool,
    /// Where it came from.
    pub from: Sender,
}

/// Where a submission came from.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    /// Its network, as limits count it.
    pub network: String,
    /// Its country, in two letters, or nothing.
    pub country: String,
    /// The site that the form stood on, where the owner has not listed it.
    pub unlisted_site: Option<String>,
}

/// Stores a lead once and returns its receipt, and whether this call stored it. One database round
/// trip, unless the key was used before.
///
/// # Errors
/// Too many submissions, a key used for another body, or a store that cannot be reached; in each
/// case nothing was stored.
pub async fn capture_lead(
    ctx: &Ctx,
    capture: Capture<'_>,
) -> Result<(SubmissionReceipt, bool), ApiError> {
    let Capture { published, draft, submission, trap, mut key, is_key_of_page, from } = capture;
    let (form, model) = (&published.form, &published.model);
    // Refusing costs no row and no look-up, so only what would be stored is counted.
    check_rate(&ctx.bindings, "submissions", &from.network).await?;
    let id = LeadId::new(ctx.now, crypto::random());
    let body_hash = body_hash(&draft);
    let caller = Caller::Visitor(&from.network);
    let findings = find_out(ctx, &submission, caller, &from.country).await;
    let mut lead = Lead::capture(id, form, submission, findings, model, ctx.now);
    lead.details.unlisted_site.clone_from(&from.unlisted_site);
    if !trap.is_empty() {
        // The answer of a stored lead, so that a script learns nothing (attack case 28).
        let step = next_step(lead.summary.cell);
        let reason = QuarantineReason::TrapFilled;
        return hold_submission(ctx, &form.id, draft, &key, from, reason, step).await;
    }
    let store = ctx.store()?;
    let hasher = store.hasher(ctx.now).await?;
    let quota = Quota::of(&ctx.config, &from.network, ctx.now);
    let mut was_free = false;
    for _ in 0..STORE_TRIES {
        let fill = hasher.hashes_of_fill(&form.id, &key);
        if store.insert_captured(&lead, &key, &body_hash, &fill, &quota).await? {
            wake_feed_soon(ctx);
            count_site_soon(ctx, &form.id, from.unlisted_site, SiteUse::Submission);
            let next_step = next_step(lead.summary.cell);
            return Ok((SubmissionReceipt { lead_id: id, next_step }, true));
        }
        // The key is known: the answer is the first one's, if the question is.
        match store.find_receipt(&form.id, &key).await? {
            Some(stored) if stored.body_hash == body_hash => {
                let next_step = next_step(stored.cell);
                return Ok((SubmissionReceipt { lead_id: stored.lead_id, next_step }, false));
            }
            Some(_) if is_key_of_page => key = key_of_answers(&key, &body_hash),
            Some(_) => return Err(ApiError::IdempotencyKeyReused),
            // What this form fill said was erased: sent again, it says nothing new.
            None if !store.find_erased_hashes(&fill).await?.is_empty() => {
                let next_step = next_step(lead.summary.cell);
                return Ok((SubmissionReceipt { lead_id: id, next_step }, false));
            }
            // More came today than one network, or a form, is meant to send. A person decides.
            None if was_free => {
                let step = next_step(lead.summary.cell);
                let reason = QuarantineReason::TooMany;
                return hold_submission(ctx, &form.id, draft, &key, from, reason, step).await;
            }
            // Or else it was undone between the two statements, so the key is free again.
            None => was_free = true,
        }
    }
    Err(ApiError::IdempotencyKeyReused)
}

/// How often storing a submission is tried, as its key may be taken or freed meanwhile.
const STORE_TRIES: usize = 4;

/// The same key, for these answers alone.
fn key_of_answers(key: &IdempotencyKey, body_hash: &str) -> IdempotencyKey {
    let mut hash = crypto::sha256_hex(&format!("{}\n{body_hash}", key.as_str()));
    hash.truncate(32);
    IdempotencyKey::of_answers(&hash)
}

/// Holds a submission for the owner to look at, once for each key and answers. Returns the receipt that its
/// lead would have, with `step`, and whether this call held it.
///
/// # Errors
/// A store that cannot be reached; then nothing is held.
pub async fn hold_submission(
    ctx: &Ctx,
    form_id: &FormId,
    draft: LeadDraft,
    key: &IdempotencyKey,
    from: Sender,
    reason: QuarantineReason,
    step: NextStep,
) -> Result<(SubmissionReceipt, bool), ApiError> {
    let hash = body_hash(&draft);
    // It was stored before the form changed, and only the receipt was lost.
    if reason == QuarantineReason::FormChanged
        && let Some(stored) = ctx.store()?.find_receipt(form_id, key).await?
        && stored.body_hash == hash
    {
        let next_step = next_step(stored.cell);
        return Ok((SubmissionReceipt { lead_id: stored.lead_id, next_step }, false));
    }
    let store = ctx.store()?;
    let hasher = store.hasher(ctx.now).await?;
    let address =
        draft.answers.values().find_map(|text| EmailAddress::read(text, &EdgeUnicode).ok());
    let mailbox = address.map(|address| hasher.hash(&mailbox_key(&address, None)));
    let key = key_of_answers(key, &hash).as_str().to_owned();
    let LeadDraft { answers, mut page, client_score } = draft;
    // As a lead keeps them: a page's address may be as long as the whole body.
    for text in [&mut page.page_url, &mut page.page_title, &mut page.referrer] {
        *text = truncated(text, PAGE_CHARS_MAX).to_owned();
    }
    let held = HeldSubmission {
        id: LeadId::new(ctx.now, crypto::random()),
        form_id: form_id.clone(),
        received_at: ctx.now,
        reason,
        submission: SubmissionRequest { answers, page, client_score, kept: false },
        key,
        country: from.country,
        site: from.unlisted_site.unwrap_or_default(),
        mailbox: mailbox.unwrap_or_default(),
    };
    let quota = Quota::of(&ctx.config, &from.network, ctx.now);
    // Nothing more is held today. The device keeps it and sends it another day.
    let lead_id = store.hold(&held, &quota).await?.ok_or(ApiError::RateLimited)?;
    Ok((SubmissionReceipt { lead_id, next_step: step }, lead_id == held.id))
}

/// The most that a held submission keeps of a page's address or title, in characters.
const PAGE_CHARS_MAX: usize = 500;

/// Counts what was done on a site that is not listed, after the answer was sent.
pub fn count_site_soon(ctx: &Ctx, form_id: &FormId, site: Option<String>, used: SiteUse) {
    let (Some(site), Ok(store)) = (site, ctx.store()) else { return };
    let (form_id, now) = (form_id.clone(), ctx.now);
    ctx.in_background(async move {
        // The lead itself says where it came from, so nothing depends on the count.
        if let Err(error) = store.count_site(&form_id, &site, &used, now).await {
            worker::console_warn!("a site was not counted: {error}");
        }
    });
}

/// Makes a lead of a submission that was held: what it would have become when it was sent, but for
/// the verdict on its address, which is today's. What the form would refuse is kept as text.
///
/// # Errors
/// A store that cannot be reached; then the submission is still held.
pub async fn release_submission(
    ctx: &Ctx,
    published: &PublishedForm,
    held: HeldSubmission,
) -> Result<SubmissionReceipt, ApiError> {
    let (form, model) = (&published.form, &published.model);
    let SubmissionRequest { answers, page, client_score, .. } = held.submission;
    let draft = LeadDraft { answers, page, client_score };
    let submission = draft.validate(form, &EdgeUnicode);
    let submission = submission.unwrap_or_else(|_| draft.salvage(form, &EdgeUnicode));
    let findings = find_out(ctx, &submission, Caller::Owner, &held.country).await;
    let mut lead = Lead::capture(held.id, form, submission, findings, model, held.received_at);
    lead.details.unlisted_site = Some(held.site).filter(|site| !site.is_empty());
    // The key that it was held under, so that a retry finds the lead.
    let key = if held.key.is_empty() { held.id.to_string() } else { held.key };
    let key = IdempotencyKey::parse(&key).map_err(|_| ApiError::NotFound)?;
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
/// differently on a retry, and a plain form sends the blanks as well.
fn body_hash(draft: &LeadDraft) -> String {
    let answers: BTreeMap<_, _> =
        draft.answers.iter().filter(|(_, answer)| !answer.is_empty()).collect();
    let text = serde_json::to_string(&answers).unwrap_or_default();
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
