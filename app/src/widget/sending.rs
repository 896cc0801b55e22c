//! Sending: kept on the device first, sent under one key, forgotten when the receipt has come.

use gloo_timers::callback::Timeout;
use plumbline_api::Endpoint;
use plumbline_api::checks::CheckDomain;
use plumbline_api::submissions::SubmitLead;
use plumbline_domain::email::EmailAddress;
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::{Delivery, FieldKind, Obstacle, Reply};
use plumbline_domain::lead::{ClientScore, NextStep};
use plumbline_domain::phone::PhoneNumber;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlFormElement};

use super::form_state::{CheckedDomain, CheckedPhone, FormData, FormState, Submit};
use super::markup::{self, hidden};
use crate::browser::{
    BrowserUnicode, NoAnswer, announce, hints, json_text, new_key, outbox, post_json,
};

/// How long to wait before the first retry, in milliseconds. Each later one waits twice as long.
const RETRY_MS: u32 = 15_000;
/// How often that doubles: the longest wait is 16 minutes.
const DOUBLINGS_MAX: u32 = 6;
/// The name of the hidden input that holds the key of this form fill.
const KEY: &str = "idempotency_key";

/// Sends what stands in the fields, or shows what is wrong with it.
pub fn submit(state: FormState, form: &HtmlFormElement) {
    if state.read(|data| matches!(data.submit, Submit::Sending | Submit::Accepted(_))) {
        return;
    }
    // Autofill and scripts may have filled fields without telling anybody.
    for name in state.read(FormData::names) {
        if let Some(input) = markup::input(form, &name) {
            state.set(&name, &markup::value(&input));
        }
    }
    if let Some(wrong) = state.read(|data| data.first_wrong_field(&BrowserUnicode)) {
        state.change(|data| data.refuse(Vec::new(), &BrowserUnicode));
        focus(form, &["#pl-", &wrong].concat());
        return;
    }
    let body = state.read(|data| body(data, form));
    send(state, form.clone(), body, false);
}

/// Sends this form once more if it waits: at a press, or by itself when `tries` is how often it was in vain.
pub fn resend(state: FormState, form: HtmlFormElement, tries: Option<u32>) {
    let Submit::Waiting { .. } = state.read(|data| data.submit) else { return };
    // Each wait has its own timer; an earlier one is over.
    if tries.is_some_and(|tries| state.read(|data| data.tries) != tries) {
        return;
    }
    let (pressed, now) = state.read(|data| (data.pressed.clone(), body(data, &form)));
    if tries.is_some() && pressed != now && markup::has_focus(&form) {
        // Somebody is still correcting it.
        return resend_later(state, form, RETRY_MS);
    }
    if pressed == now && outbox::is_sent(&hidden(&form, KEY)) {
        // Another tab has its receipt.
        spawn_local(settle(state, form, Delivery::Stored(NextStep::Newsletter), true));
        return;
    }
    let is_good = state.read(|data| data.first_wrong_field(&BrowserUnicode).is_none());
    if tries.is_none() || (pressed != now && is_good) {
        return submit(state, &form);
    }
    send(state, form, pressed, true);
}

fn resend_later(state: FormState, form: HtmlFormElement, ms: u32) {
    let tries = state.read(|data| data.tries);
    Timeout::new(ms, move || resend(state, form, Some(tries))).forget();
}

/// Keeps one body of this form and sends it, until the server has a receipt for it or an obstacle is met.
fn send(state: FormState, form: HtmlFormElement, body: String, is_retry: bool) {
    let url = state.read(url);
    state.change(|data| data.press(&body));
    state.move_to(Submit::Sending);
    spawn_local(async move {
        let key = hidden(&form, KEY);
        let is_kept = outbox::keep(&key, &url, &body).await.is_ok();
        let text = if is_retry { marked_as_kept(&body) } else { body.clone() };
        let mut delivery = deliver(&url, &key, &text).await;
        // A saved page gives its key to everybody who opens it. These answers get one of their own.
        if delivery == Delivery::Failed(Obstacle::KeyReused) {
            renew_key(&form, &key).await;
            delivery = deliver(&url, &hidden(&form, KEY), &text).await;
        }
        // The form asks for what this page does not show: nobody here can correct it, so it is held.
        let is_here = |field: &String| markup::input(&form, field).is_some();
        if matches!(&delivery, Delivery::Invalid(fields) if !fields.iter().any(is_here)) {
            delivery = deliver(&url, &hidden(&form, KEY), &marked_as_kept(&body)).await;
        }
        let is_stored = matches!(delivery, Delivery::Stored(_));
        settle(state, form, delivery, is_kept).await;
        if is_stored && is_retry {
            send_kept();
        }
    });
}

/// Sends what earlier pages left behind, again and again while any of it is left.
pub fn send_kept() {
    send_kept_after(0);
}

fn send_kept_after(tries: u32) {
    spawn_local(async move {
        send_all().await;
        if outbox::is_any_kept().await {
            Timeout::new(retry_ms(tries), move || send_kept_after(tries + 1)).forget();
        }
    });
}

/// Sends everything that is kept and that no other tab is sending.
async fn send_all() {
    for [key, url, body] in outbox::claimed().await {
        let delivery = deliver(&url, &key, &marked_as_kept(&body)).await;
        drop(match delivery {
            Delivery::Stored(_) => outbox::forget(&key).await,
            Delivery::Failed(Obstacle::KeyReused) => give_back(&key, &delivery, &new_key()).await,
            _ => give_back(&key, &delivery, &key).await,
        });
    }
}

async fn give_back(
    key: &str,
    delivery: &Delivery,
    new_key: &str,
) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue> {
    let rests = matches!(delivery, Delivery::Failed(obstacle) if obstacle.is_lasting());
    outbox::release(key, reason(delivery), new_key, rests).await
}

/// Sends one submission; the only place that asks what came of it.
async fn deliver(url: &str, key: &str, body: &str) -> Delivery {
    match post_json(url, Some(key), body).await {
        Ok(answered) => Delivery::of(Reply {
            status: answered.status,
            is_json: answered.is_json,
            lead_id: answered.text("lead_id"),
            next_step: answered.text("next_step"),
            code: answered.text("code"),
            fields: answered.texts_in("errors", "field"),
        }),
        Err(NoAnswer::Offline) => Delivery::Failed(Obstacle::Offline),
        Err(NoAnswer::Unreachable) => Delivery::Failed(Obstacle::Unreachable),
        Err(NoAnswer::TooLate) => Delivery::Failed(Obstacle::NoAnswer),
    }
}

/// A form may ask for other things by the time that a kept submission arrives. Marked, it is held for the
/// owner then, since nobody is there to correct it.
fn marked_as_kept(body: &str) -> String {
    match body.strip_suffix('}') {
        Some(open) => [open, ",\"kept\":true}"].concat(),
        None => body.to_owned(),
    }
}

fn reason(delivery: &Delivery) -> &'static str {
    match delivery {
        Delivery::Failed(obstacle) => obstacle.as_str(),
        Delivery::Invalid(_) => "invalid_fields",
        Delivery::Stored(_) => "",
    }
}

async fn renew_key(form: &HtmlFormElement, key: &str) {
    let fresh = new_key();
    drop(give_back(key, &Delivery::Failed(Obstacle::KeyReused), &fresh).await);
    markup::set_hidden(form, KEY, &fresh);
}

fn retry_ms(tries: u32) -> u32 {
    RETRY_MS << tries.min(DOUBLINGS_MAX)
}

/// Shows what became of this form's submission, and settles what is kept of it.
async fn settle(state: FormState, form: HtmlFormElement, delivery: Delivery, is_kept: bool) {
    let key = hidden(&form, KEY);
    match delivery {
        Delivery::Stored(step) => {
            drop(outbox::forget(&key).await);
            drop(form.class_list().add_1("pl-done"));
            state.move_to(Submit::Accepted(step));
            // A screen reader follows the focus to what changed, once it has been drawn.
            let own = form.clone();
            Timeout::new(0, move || focus(&own, ".pl-status .pl-title")).forget();
            // The page hears that a form was stored and what comes next. No score is in it.
            let form_id = state.read(|data| data.form.id.clone());
            let detail = [("form_id", form_id.as_str()), ("next_step", step.as_str())];
            announce(&form, "submit", &detail);
        }
        // The same rules ran here, so what the edge alone refuses is rare, and told in one sentence.
        Delivery::Invalid(fields) => {
            drop(give_back(&key, &Delivery::Invalid(Vec::new()), &key).await);
            let first = fields.first().cloned().unwrap_or_default();
            let error = |field: String| FieldError { field, rule: Rule::OutOfRange };
            let errors = fields.into_iter().map(error).collect();
            state.change(|data| data.refuse(errors, &BrowserUnicode));
            focus(&form, &["#pl-", &first].concat());
        }
        Delivery::Failed(obstacle) => {
            drop(give_back(&key, &Delivery::Failed(obstacle), &key).await);
            let tries = state.wait(Submit::Waiting { obstacle, is_kept });
            if !obstacle.is_lasting() {
                resend_later(state, form, retry_ms(tries));
            }
        }
    }
}

fn focus(form: &HtmlFormElement, selector: &str) {
    let found = form.query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        drop(element.focus());
    }
}

/// Returns what stands in the fields as text that a person can paste elsewhere.
pub fn answers_text(state: FormState, form: &HtmlFormElement) -> String {
    let fields = state.read(|data| data.form.fields.clone());
    let mut lines = Vec::new();
    for field in fields {
        let input = markup::input(form, &field.name);
        let shown = input.map(|input| markup::shown(&input)).filter(|text| !text.is_empty());
        lines.extend(shown.map(|text| [field.label.trim(), ": ", &text].concat()));
    }
    lines.join("\n")
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
            EmailAddress::read(data.answer(name), &BrowserUnicode).ok().filter(|_| is_email)?;
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
        let answered = post_json(&url, None, &body).await;
        if let Some(answered) = answered.ok().filter(|answered| answered.status == 200) {
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
        let asked = PhoneNumber::read(number, &BrowserUnicode).filter(|_| can_be_read && !is_known);
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
    fn waits_longer_each_time_up_to_a_limit() {
        assert_eq!([0, 1, 2].map(retry_ms), [15_000, 30_000, 60_000]);
        assert_eq!(retry_ms(1_000), 960_000);
    }

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
        assert_eq!((read.client_score, read.kept), (Some(score), false));
        let again: SubmissionRequest = serde_json::from_str(&marked_as_kept(&text)).unwrap();
        assert_eq!((again.answers, again.kept), (read.answers, true));
    }
}
