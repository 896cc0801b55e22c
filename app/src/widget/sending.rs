//! Sending: at once, or from the outbox when there is a connection again; always under one key.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::Endpoint;
use plumbline_api::checks::{CheckDomain, DomainCheck, DomainCheckRequest};
use plumbline_api::problem::Problem;
use plumbline_api::submissions::{SubmissionReceipt, SubmissionRequest, SubmitLead};
use plumbline_domain::attribution::PageContext;
use plumbline_domain::email::EmailAddress;
use plumbline_domain::lead::NextStep;
use serde::{Deserialize, Serialize};
use web_sys::{HtmlElement, HtmlFormElement};

use super::form_state::{FormState, Submit};
use super::hidden;
use crate::browser::{self, Answered, BrowserUnicode, announce, outbox, post_json};

/// How long to wait before a kept submission is tried again, in milliseconds.
const RETRY_MS: u32 = 15_000;

/// What a page hears when a form was stored. No score is in it.
#[derive(Serialize)]
struct Submitted<'a> {
    form_id: &'a str,
    next_step: &'a str,
}

/// A submission that waits.
#[derive(Deserialize)]
struct Kept {
    key: String,
    url: String,
    body: String,
}

/// Sends the form, or shows what is wrong with it.
pub fn submit(state: FormState, form: &HtmlFormElement) {
    if matches!(state.submit.get_untracked(), Submit::Sending | Submit::Accepted(_)) {
        return;
    }
    state.leave_all();
    if let Some(first) = state.errors().first() {
        state.submit.set(Submit::Refused);
        focus_field(form, &first.field);
        return;
    }
    let (url, key, body) = (url(state), hidden(form, "idempotency_key"), body(state, form));
    state.submit.set(Submit::Sending);
    let form = form.clone();
    spawn_local(async move {
        match post_json(&url, Some(&key), &body).await {
            Some(answered) if is_final(&answered) => settle(state, &form, answered),
            _ => match outbox::keep(&key, &url, &body).await {
                Ok(_) => wait(state, form),
                Err(_) => state.submit.set(Submit::Failed),
            },
        }
    });
}

/// Tries what is kept again, and finishes this form if it was among it.
pub fn resend(state: FormState, form: HtmlFormElement) {
    if state.submit.get_untracked() != Submit::Kept {
        return;
    }
    state.submit.set(Submit::Sending);
    spawn_local(async move {
        let key = hidden(&form, "idempotency_key");
        let sent = send_all().await;
        match sent.into_iter().find(|(known, _)| *known == key) {
            Some((_, answered)) => settle(state, &form, answered),
            None => wait(state, form),
        }
    });
}

/// Sends what an earlier page left behind.
pub fn send_kept() {
    spawn_local(async {
        send_all().await;
    });
}

/// Sends everything kept; returns the answers that settle a submission, by key.
async fn send_all() -> Vec<(String, Answered)> {
    let claimed = outbox::claim().await.ok().and_then(|kept| browser::from_js::<Vec<Kept>>(kept).ok());
    let mut settled = Vec::new();
    for Kept { key, url, body } in claimed.unwrap_or_default() {
        match post_json(&url, Some(&key), &body).await {
            Some(answered) if is_final(&answered) => {
                drop(outbox::forget(&key).await);
                settled.push((key, answered));
            }
            _ => drop(outbox::release(&key).await),
        }
    }
    settled
}

/// Whether sending the same again could change nothing.
fn is_final(answered: &Answered) -> bool {
    answered.status < 500 && answered.status != 429 && answered.status != 408
}

fn wait(state: FormState, form: HtmlFormElement) {
    state.submit.set(Submit::Kept);
    Timeout::new(RETRY_MS, move || resend(state, form)).forget();
}

fn settle(state: FormState, form: &HtmlFormElement, answered: Answered) {
    if matches!(answered.status, 200 | 201) {
        let step = answered.read::<SubmissionReceipt>().map_or(NextStep::Newsletter, |receipt| receipt.next_step);
        drop(form.class_list().add_1("pl-done"));
        state.submit.set(Submit::Accepted(step));
        state.definition.with_value(|known| {
            let form_id = known.form.id.as_str();
            announce(form, "submit", &Submitted { form_id, next_step: step.as_str() });
        });
        return;
    }
    let errors = answered.read::<Problem>().map(|problem| problem.errors).unwrap_or_default();
    if errors.is_empty() {
        state.submit.set(Submit::Failed);
    } else {
        let first = errors.first().map(|error| error.field.clone()).unwrap_or_default();
        state.refuse(errors);
        focus_field(form, &first);
    }
}

fn focus_field(form: &HtmlFormElement, name: &str) {
    use wasm_bindgen::JsCast;
    let found = form.query_selector(&format!("#pl-{name}")).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        drop(element.focus());
    }
}

fn url(state: FormState) -> String {
    let path = state.definition.with_value(|known| SubmitLead { form_id: known.form.id.clone() }.path());
    state.origin.with_value(|origin| format!("{origin}{path}"))
}

fn body(state: FormState, form: &HtmlFormElement) -> String {
    let mut answers = state.values.get_untracked();
    answers.retain(|_, value| !value.is_empty());
    let trap = hidden(form, "website2");
    if !trap.is_empty() {
        answers.insert("website2".to_owned(), trap);
    }
    let page = PageContext {
        page_url: hidden(form, "page_url"),
        page_title: hidden(form, "page_title"),
        referrer: hidden(form, "referrer"),
    };
    browser::to_json(&SubmissionRequest { answers, page, client_score: Some(state.client_score()) })
}

/// Asks the edge about the domain of an address, once per domain. The local part stays here.
pub fn check_domain(state: FormState, name: &str) {
    let value = state.values.with_untracked(|values| values.get(name).cloned().unwrap_or_default());
    let Ok(address) = EmailAddress::parse(&value, &BrowserUnicode) else { return };
    let domain = address.domain().to_owned();
    if state.domain.with_untracked(|known| known.as_ref().is_some_and(|known| known.domain == domain)) {
        return;
    }
    let form_id = state.definition.with_value(|known| known.form.id.clone());
    let url = state.origin.with_value(|origin| format!("{origin}{}", CheckDomain::ROUTE));
    let body = browser::to_json(&DomainCheckRequest { form_id, domain });
    spawn_local(async move {
        let answered = post_json(&url, None, &body).await.filter(|answered| answered.status == 200);
        if let Some(check) = answered.and_then(Answered::read::<DomainCheck>) {
            state.domain.set(Some(check));
        }
    });
}
