//! A visitor sends a form: as JSON from the widget or a program, as a plain form post without script.

use std::collections::BTreeSet;
use std::rc::Rc;

use plumbline_api::quarantine::QuarantineReason;
use plumbline_api::submissions::{PageViewKind, PageViewRequest};
use plumbline_api::{BODY_BYTES_MAX, IDEMPOTENCY_KEY_HEADER};
use plumbline_domain::attribution::{PageContext, TEXT_CHARS_MAX, page_path};
use plumbline_domain::form::wording::obstacle_sentence;
use plumbline_domain::form::{Delivery, FormState, Obstacle, Reply};
use plumbline_domain::id::IdempotencyKey;
use plumbline_domain::lead::{LeadDraft, NextStep};
use plumbline_domain::text::truncated;
use worker::{Headers, Response};

use super::client::check_rate;
use super::guard::{Call, Site, allow_origin};
use super::problem::ApiError;
use super::{Answer, json, no_content, pages};
use crate::capture::{Capture, Sender, TRAP_FIELD, capture_lead, count_site_soon, hold_submission};
use crate::crypto;
use crate::store::forms::{PageView, PublishedForm, SiteUse};
use crate::unicode::EdgeUnicode;

mod body;
mod charset;

/// The longest plain form post, in bytes: in it a character of most scripts takes nine.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// Stores a submission once per idempotency key.
pub async fn submit_lead(call: Call) -> Answer {
    let published = call.published_form().await?;
    match call.media_type().as_str() {
        "application/json" => submit_json(call, published).await,
        "application/x-www-form-urlencoded" => submit_form(call, published).await,
        _ => Err(ApiError::UnsupportedMediaType),
    }
}

async fn submit_json(call: Call, published: Rc<PublishedForm>) -> Answer {
    let answer = receive_json(&call, &published).await;
    let mut response = answer.or_else(|error| error.into_response(&call.ctx))?;
    // A refusal has to be readable too, or the visitor would never learn what to mend.
    allow_origin(&mut response, call.header("origin").as_deref())?;
    Ok(response)
}

async fn receive_json(call: &Call, published: &PublishedForm) -> Answer {
    let from = sender(call, published)?;
    let body = call.body(BODY_BYTES_MAX).await?;
    let body::Parsed { mut draft, is_kept, errors } = body::parse(&body)?;
    if !errors.is_empty() {
        return Err(ApiError::InvalidFields(errors));
    }
    if draft.page.page_url.is_empty() {
        draft.page.page_url = call.header("referer").unwrap_or_default();
    }
    let trap = draft.answers.remove(TRAP_FIELD).unwrap_or_default();
    let key = match call.header(IDEMPOTENCY_KEY_HEADER) {
        Some(text) => IdempotencyKey::parse(&text).map_err(|_| ApiError::InvalidIdempotencyKey)?,
        None => new_key()?,
    };
    let submission = match draft.validate(&published.form, &EdgeUnicode) {
        Ok(submission) => submission,
        // Nobody is there to correct it, so the owner decides.
        Err(_) if is_kept => {
            check_rate(&call.ctx.bindings, "submissions", &from.network).await?;
            let (form_id, reason) = (&published.form.id, QuarantineReason::FormChanged);
            let step = NextStep::Newsletter;
            let (receipt, _) =
                hold_submission(&call.ctx, form_id, draft, &key, from, reason, step).await?;
            return json(&receipt, 201);
        }
        Err(errors) => return Err(ApiError::InvalidFields(errors)),
    };
    let is_key_of_page = false;
    let capture = Capture { published, draft, submission, trap, key, is_key_of_page, from };
    let (receipt, is_new) = capture_lead(&call.ctx, capture).await?;
    json(&receipt, if is_new { 201 } else { 200 })
}

fn sender(call: &Call, published: &PublishedForm) -> Result<Sender, ApiError> {
    let unlisted_site = match call.site(&published.form) {
        Site::Known => None,
        Site::Unlisted(origin) => Some(origin),
        Site::Blocked => return Err(ApiError::SiteBlocked),
    };
    Ok(Sender { network: call.network(), country: call.country(), unlisted_site })
}

/// A key for a client that made none: its submission is stored, but cannot be repeated safely.
fn new_key() -> Result<IdempotencyKey, ApiError> {
    IdempotencyKey::parse(&crypto::random_secret()).map_err(|_| ApiError::InvalidIdempotencyKey)
}

/// Every way this can end is a page, and every page but the receipt holds what was typed.
async fn submit_form(call: Call, published: Rc<PublishedForm>) -> Answer {
    let mut state = FormState::default();
    match receive_form(&call, &published, &mut state).await {
        Ok(()) => {
            let headers = Headers::new();
            headers.set("location", &format!("/f/{}/thanks", published.form.id))?;
            Ok(Response::empty()?.with_status(303).with_headers(headers))
        }
        Err(error) => {
            error.log(&call.ctx);
            let (status, code, _) = error.described();
            let code = Some(code.as_str().to_owned());
            match error {
                ApiError::InvalidFields(errors) => state.errors = errors,
                _ => {
                    let reply = Reply { status, is_json: true, code, ..Reply::default() };
                    if let Delivery::Failed(obstacle) = Delivery::of(reply) {
                        state.notice = notice(obstacle);
                    }
                }
            }
            pages::form_page(&call, &published, state, status).await
        }
    }
}

/// Says on a page why its form was not stored. The page holds what was typed, the device keeps nothing.
fn notice(obstacle: Obstacle) -> String {
    let why = obstacle_sentence(obstacle);
    match obstacle {
        Obstacle::SiteBlocked => why.to_owned(),
        Obstacle::TooLarge => {
            format!("{why} Go back to the page before: what you typed is still there.")
        }
        _ => format!("{why} Nothing you typed is lost: please press the button again."),
    }
}

/// Reads a plain form post into `state`, so that it can be shown again, and stores it.
async fn receive_form(
    call: &Call,
    published: &PublishedForm,
    state: &mut FormState,
) -> Result<(), ApiError> {
    let body = call.body(FORM_BYTES_MAX).await?;
    let pairs = charset::pairs(&body, &call.charset(), body::FIELDS_MAX);
    let value = |name: &str| {
        let found = pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let url = Some(value("page_url")).filter(|url| !url.is_empty());
    let page = PageContext {
        page_url: url.or_else(|| call.header("referer")).unwrap_or_default(),
        page_title: value("page_title"),
        referrer: value("referrer"),
    };
    state.values.clone_from(&pairs);
    state.page.clone_from(&page);
    let key = match value("idempotency_key") {
        text if text.is_empty() => new_key()?,
        text => IdempotencyKey::parse(&text).map_err(|_| ApiError::InvalidIdempotencyKey)?,
    };
    key.as_str().clone_into(&mut state.idempotency_key);
    let from = sender(call, published)?;
    // A plain form may carry fields of the page around it; they are not ours to judge.
    let known = |name: &str| published.form.field(name).is_some();
    // As in JSON, what is checked and what is stored cannot differ.
    let mut names = BTreeSet::new();
    if pairs.iter().any(|(name, _)| known(name) && !names.insert(name)) {
        return Err(ApiError::MalformedBody);
    }
    let answers = pairs.iter().filter(|(name, _)| known(name)).cloned().collect();
    let draft = LeadDraft { answers, page, client_score: None };
    let submission =
        draft.validate(&published.form, &EdgeUnicode).map_err(ApiError::InvalidFields)?;
    let (trap, is_key_of_page) = (value(TRAP_FIELD), true);
    let capture = Capture { published, draft, submission, trap, key, is_key_of_page, from };
    capture_lead(&call.ctx, capture).await.map(drop)
}

/// Counts a view or a start of a form. The beacon cannot read an answer, so it gets none.
pub async fn count_page_view(call: Call) -> Answer {
    let published = call.published_form().await?;
    let site = match call.site(&published.form) {
        Site::Known => None,
        Site::Unlisted(origin) => Some(origin),
        // Nothing is counted there.
        Site::Blocked => return no_content(),
    };
    if !matches!(call.media_type().as_str(), "text/plain" | "application/json") {
        return Err(ApiError::UnsupportedMediaType);
    }
    let body = call.body(BODY_BYTES_MAX).await?;
    let view: PageViewRequest =
        serde_json::from_slice(&body).map_err(|_| ApiError::MalformedBody)?;
    call.check_rate("page-views").await?;
    let path = page_path(&view.page.page_url);
    let title: String =
        view.page.page_title.chars().filter(|c| !plumbline_domain::text::is_hidden(*c)).collect();
    let view = PageView {
        form_id: &published.form.id,
        kind: view.kind,
        path: &path,
        title: if title.contains('@') { "" } else { truncated(title.trim(), TEXT_CHARS_MAX) },
        at: call.ctx.now,
    };
    // Anybody can name a page from a site that nobody has listed; only the site itself is counted there.
    if site.is_none() {
        call.ctx.store()?.count_page_view(&view).await?;
    }
    if view.kind == PageViewKind::Start {
        count_site_soon(&call.ctx, &published.form.id, site, SiteUse::Start);
    }
    no_content()
}
