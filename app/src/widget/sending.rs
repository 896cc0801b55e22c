//! Sending: at once, or from the outbox when there is a connection again; always under one key.

use gloo_timers::callback::Timeout;
use plumbline_api::Endpoint;
use plumbline_api::checks::CheckDomain;
use plumbline_api::submissions::SubmitLead;
use plumbline_domain::email::EmailAddress;
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::FieldKind;
use plumbline_domain::lead::{ClientScore, NextStep};
use plumbline_domain::phone::PhoneNumber;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlFormElement};

use super::form_state::{CheckedDomain, CheckedPhone, FormData, FormState, Submit};
use super::markup::hidden;
use crate::browser::{Answered, BrowserUnicode, announce, hints, json_text, outbox, post_json};

/// How long to wait before a kept submission is tried again, in milliseconds.
const RETRY_MS: u32 = 15_000;

/// Sends the form, or shows what is wrong with it.
pub fn submit(state: FormState, form: &HtmlFormElement) {
    let submit = state.read(|data| data.submit);
    if matches!(submit, Submit::Sending | Submit::Accepted(_)) {
        return;
    }
    if let Some(wrong) = state.read(|data| data.first_wrong_field(&BrowserUnicode)) {
        state.change(|data| data.refuse(Vec::new(), &BrowserUnicode));
        focus(form, &["#pl-", &wrong].concat());
        return;
    }
    let (url, body) = state.read(|data| (url(data), body(data, form)));
    let key = hidden(form, "idempotency_key");
    let form = form.clone();
    state.move_to(Submit::Sending);
    spawn_local(async move {
        match post_json(&url, Some(&key), &body).await {
            Some(answered) if is_final(&answered) => settle(state, &form, &answered),
            _ => match outbox::keep(&key, &url, &body).await {
                Ok(_) => wait(state, form),
                Err(_) => state.move_to(Submit::Failed),
            },
        }
    });
}

/// Tries what is kept again, and finishes this form if it was among it.
pub fn resend(state: FormState, form: HtmlFormElement) {
    if state.read(|data| data.submit) != Submit::Kept {
        return;
    }
    state.move_to(Submit::Sending);
    spawn_local(async move {
        match send_all(&hidden(&form, "idempotency_key")).await {
            Some(answered) => settle(state, &form, &answered),
            None => wait(state, form),
        }
    });
}

/// Sends what an earlier page left behind.
pub fn send_kept() {
    spawn_local(async {
        send_all("").await;
    });
}

/// Sends everything kept; returns the answer that settles the submission under `own`, if it came.
async fn send_all(own: &str) -> Option<Answered> {
    let mut settled = None;
    for [key, url, body] in outbox::claimed().await {
        match post_json(&url, Some(&key), &body).await {
            Some(answered) if is_final(&answered) => {
                drop(outbox::forget(&key).await);
                if key == own {
                    settled = Some(answered);
                }
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
    state.move_to(Submit::Kept);
    Timeout::new(RETRY_MS, move || resend(state, form)).forget();
}

fn settle(state: FormState, form: &HtmlFormElement, answered: &Answered) {
    if matches!(answered.status, 200 | 201) {
        let step = answered.text("next_step");
        let step = step.and_then(|step| NextStep::parse(&step)).unwrap_or(NextStep::Newsletter);
        drop(form.class_list().add_1("pl-done"));
        state.move_to(Submit::Accepted(step));
        // A screen reader follows the focus to what changed, once it has been drawn.
        let own = form.clone();
        Timeout::new(0, move || focus(&own, ".pl-status .pl-title")).forget();
        // The page hears that a form was stored and what comes next. No score is in it.
        let form_id = state.read(|data| data.form.id.clone());
        announce(form, "submit", &[("form_id", form_id.as_str()), ("next_step", step.as_str())]);
        return;
    }
    // The same rules ran here, so what the edge alone refuses is rare, and told in one sentence.
    let mut errors = Vec::new();
    for field in answered.texts_in("errors", "field") {
        errors.push(FieldError { field, rule: Rule::OutOfRange });
    }
    match errors.first().map(|error| error.field.clone()) {
        Some(first) => {
            state.change(|data| data.refuse(errors, &BrowserUnicode));
            focus(form, &["#pl-", &first].concat());
        }
        None => state.move_to(Submit::Failed),
    }
}

fn focus(form: &HtmlFormElement, selector: &str) {
    let found = form.query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        drop(element.focus());
    }
}

fn url(data: &FormData) -> String {
    [data.origin.as_str(), SubmitLead { form_id: data.form.id.clone() }.path().as_str()].concat()
}

fn body(data: &FormData, form: &HtmlFormElement) -> String {
    let mut answers = data.answers.clone();
    answers.push(("website2".to_owned(), hidden(form, "website2")));
    answers.retain(|(_, value)| !value.is_empty());
    let page =
        ["page_url", "page_title", "referrer"].map(|name| (name.to_owned(), hidden(form, name)));
    submission_json(&answers, &page, data.score, json_text)
}

/// Writes a `SubmissionRequest` with `quoted`, the browser's own writer of texts.
fn submission_json(
    answers: &[(String, String)],
    page: &[(String, String)],
    score: ClientScore,
    quoted: impl Fn(&str) -> String,
) -> String {
    let object = |pairs: &[(String, String)]| {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| [quoted(name), quoted(value)].join(":")).collect();
        ["{", &pairs.join(","), "}"].concat()
    };
    [
        "{\"answers\":",
        &object(answers),
        ",\"page\":",
        &object(page),
        ",\"client_score\":{\"fit\":",
        &score.fit.to_string(),
        ",\"engagement\":",
        &score.engagement.to_string(),
        "}}",
    ]
    .concat()
}

/// Asks the edge about the domain of an address, once per domain. The local part stays here.
pub fn check_domain(state: FormState, name: &str) {
    let asked = state.read(|data| {
        let is_email = data.form.field(name).is_some_and(|field| field.kind == FieldKind::Email);
        let address =
            EmailAddress::parse(data.answer(name), &BrowserUnicode).ok().filter(|_| is_email)?;
        let known = data.domain.as_ref().is_some_and(|known| known.domain == address.domain());
        let body = [
            "{\"form_id\":",
            &json_text(data.form.id.as_str()),
            ",\"domain\":",
            &json_text(address.domain()),
            "}",
        ];
        (!known).then(|| {
            (
                [&data.origin, CheckDomain::ROUTE].concat(),
                body.concat(),
                address.domain().to_owned(),
            )
        })
    });
    let Some((url, body, domain)) = asked else { return };
    spawn_local(async move {
        let answered = post_json(&url, None, &body).await.filter(|answered| answered.status == 200);
        if let Some(answered) = answered {
            let is_undeliverable = answered.text("verdict").as_deref() == Some("undeliverable");
            let suggestion = answered.text("suggestion");
            let checked = CheckedDomain { domain, is_undeliverable, suggestion };
            state.change(|data| data.check(checked, &BrowserUnicode));
        }
    });
}

/// Asks the numbering plans about a number that was typed, once for each number and country.
pub fn check_phone(state: FormState) {
    let asked = state.read(|data| {
        let (number, country) =
            (data.answer_of(FieldKind::Phone), data.answer_of(FieldKind::Country));
        // Without a country only a number that names its own can be read.
        let can_be_read = number.trim_start().starts_with('+') || !country.is_empty();
        let known = data.phone.as_ref();
        let is_known = known.is_some_and(|one| one.number == number && one.country == country);
        let asked = PhoneNumber::parse(number).filter(|_| can_be_read && !is_known);
        asked.map(|_| (number.to_owned(), country.to_owned()))
    });
    let Some((number, country)) = asked else { return };
    spawn_local(async move {
        if let Some(line) = hints::describe_phone(&number, &country).await {
            let is_known = line.ends_with("\tvalid");
            let checked = CheckedPhone { number, country, is_known };
            state.change(|data| data.check_phone(checked, &BrowserUnicode));
        }
    });
}

#[cfg(test)]
mod tests {
    use plumbline_api::submissions::SubmissionRequest;

    use super::*;

    #[test]
    fn writes_what_the_contract_reads() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let score = ClientScore { fit: -20, engagement: 50 };
        let text = submission_json(
            &[pair("name", "Ada \"L\" \n"), pair("email", "a@b.co")],
            &[pair("page_url", "https://a.co/?q=\u{1f4a1}")],
            score,
            quoted,
        );
        let read: SubmissionRequest = serde_json::from_str(&text).unwrap();
        assert_eq!(read.answers["name"], "Ada \"L\" \n");
        assert_eq!(read.page.page_url, "https://a.co/?q=\u{1f4a1}");
        assert_eq!(read.client_score, Some(score));
    }
}
