//! A visitor sends a form: as JSON from the widget or a program, as a plain form post without script.

use std::rc::Rc;

use plumbline_api::submissions::PageViewRequest;
use plumbline_api::{BODY_BYTES_MAX, IDEMPOTENCY_KEY_HEADER};
use plumbline_domain::attribution::{PageContext, TEXT_CHARS_MAX, page_path};
use plumbline_domain::form::FormState;
use plumbline_domain::id::IdempotencyKey;
use plumbline_domain::lead::{LeadDraft, Submission};
use plumbline_domain::text::truncated;
use worker::{Headers, Response};

use super::guard::{Call, allow_origin};
use super::problem::ApiError;
use super::{Answer, json, no_content, pages};
use crate::capture::{Capture, TRAP_FIELD, capture_lead};
use crate::crypto;
use crate::store::forms::PageView;
use crate::store::forms::PublishedForm;
use crate::unicode::EdgeUnicode;

mod body;

/// Stores a submission once per idempotency key.
pub async fn submit_lead(call: Call) -> Answer {
    let published = call.published_form().await?;
    match call.media_type().as_str() {
        "application/json" => submit_json(call, published).await,
        "application/x-www-form-urlencoded" => {
            let body = call.body(BODY_BYTES_MAX).await?;
            submit_form(call, published, &body).await
        }
        _ => Err(ApiError::UnsupportedMediaType),
    }
}

async fn submit_json(call: Call, published: Rc<PublishedForm>) -> Answer {
    let answer = receive_json(&call, &published).await;
    let mut response = answer.or_else(|error| error.into_response(&call.ctx))?;
    // A refusal has to be readable too, or the visitor would never learn what to mend.
    allow_origin(&mut response, &published, call.header("origin").as_deref(), call.origin())?;
    Ok(response)
}

async fn receive_json(call: &Call, published: &PublishedForm) -> Answer {
    let body = call.body(BODY_BYTES_MAX).await?;
    let (mut draft, errors) = body::parse(&body)?;
    if !errors.is_empty() {
        return Err(ApiError::InvalidFields(errors));
    }
    if draft.page.page_url.is_empty() {
        draft.page.page_url = call.header("referer").unwrap_or_default();
    }
    let trap = draft.answers.remove(TRAP_FIELD).unwrap_or_default();
    // What is wrong is said at once: the key and the client are read of good answers only.
    let submission = validated(&draft, published)?;
    let key = match call.header(IDEMPOTENCY_KEY_HEADER) {
        Some(text) => IdempotencyKey::parse(&text).map_err(|_| ApiError::InvalidIdempotencyKey)?,
        None => new_key()?,
    };
    let country = call.country();
    let capture = Capture { published, draft, submission, trap, key, country: &country };
    let (receipt, is_new) = capture_lead(&call.ctx, &call.network(), capture).await?;
    json(&receipt, if is_new { 201 } else { 200 })
}

fn validated(draft: &LeadDraft, published: &PublishedForm) -> Result<Submission, ApiError> {
    draft.validate(&published.form, &EdgeUnicode).map_err(ApiError::InvalidFields)
}

/// A key for a client that made none: its submission is stored, but cannot be repeated safely.
fn new_key() -> Result<IdempotencyKey, ApiError> {
    IdempotencyKey::parse(&crypto::random_secret()).map_err(|_| ApiError::InvalidIdempotencyKey)
}

/// Every way this can end is a page, and every page but the receipt holds what was typed.
async fn submit_form(call: Call, published: Rc<PublishedForm>, body: &[u8]) -> Answer {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(body).into_owned().take(body::FIELDS_MAX).collect();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let page = PageContext {
        page_url: Some(value("page_url"))
            .filter(|url| !url.is_empty())
            .or_else(|| call.header("referer"))
            .unwrap_or_default(),
        page_title: value("page_title"),
        referrer: value("referrer"),
    };
    // A plain form may carry fields of the page around it; they are not ours to judge.
    let known = |name: &str| published.form.field(name).is_some();
    let answers = pairs.iter().filter(|(name, _)| known(name)).cloned().collect();
    let draft = LeadDraft { answers, page: page.clone(), client_score: None };
    let key = match value("idempotency_key") {
        text if text.is_empty() => new_key()?,
        text => IdempotencyKey::parse(&text).map_err(|_| ApiError::InvalidIdempotencyKey)?,
    };
    let mut state = FormState {
        action: String::new(),
        values: pairs.clone(),
        idempotency_key: key.as_str().to_owned(),
        page,
        ..FormState::default()
    };
    let stored = match validated(&draft, &published) {
        Ok(submission) => {
            let trap = value(TRAP_FIELD);
            let (published, country) = (&published, &call.country());
            let capture = Capture { published, draft, submission, trap, key, country };
            capture_lead(&call.ctx, &call.network(), capture).await
        }
        Err(error) => Err(error),
    };
    match stored {
        Ok((receipt, _)) => {
            let headers = Headers::new();
            let form_id = &published.form.id;
            let next = receipt.next_step.as_str();
            headers.set("location", &format!("/f/{form_id}/thanks?next={next}"))?;
            Ok(Response::empty()?.with_status(303).with_headers(headers))
        }
        Err(error) => {
            error.log(&call.ctx);
            let (status, _, _) = error.described();
            match error {
                ApiError::InvalidFields(errors) => state.errors = errors,
                ApiError::IdempotencyKeyReused => {
                    // The visitor went back and changed an answer: that is a new form fill.
                    state.idempotency_key = new_key()?.as_str().to_owned();
                    state.notice = "You have sent this form before. Press the button again to send it with these changes.".to_owned();
                }
                _ => state.notice = "We could not store this just now. Nothing you typed is lost: please press the button again.".to_owned(),
            }
            pages::form_page(&call, &published, state, status).await
        }
    }
}

/// Counts a view or a start of a form. The beacon cannot read an answer, so it gets none.
pub async fn count_page_view(call: Call) -> Answer {
    let published = call.published_form().await?;
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
        title: truncated(title.trim(), TEXT_CHARS_MAX),
        at: call.ctx.now,
    };
    call.ctx.store()?.count_page_view(&view).await?;
    no_content()
}
