//! The widget: a program for a form that is on the page already.
//!
//! It never redraws a field. Leptos components are mounted into the form's note and status slots
//! and listen to the inputs that are there, so nothing typed can be lost.

mod field_note;
mod form_state;
mod sending;
mod status;

use gloo_events::{EventListener, EventListenerOptions};
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use plumbline_api::forms::WidgetForm;
use plumbline_domain::form::{FieldKind, FormField};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use crate::browser;
use field_note::FieldNote;
use form_state::FormState;
use status::Status;

pub use sending::send_kept;

/// Takes over a form. See the program's `attach`.
///
/// # Errors
/// When `data` is none of this version's.
pub fn attach(form: HtmlFormElement, data: JsValue, origin: String) -> Result<(), JsValue> {
    let definition: WidgetForm = browser::from_js(data)?;
    let owner = Owner::new();
    owner.with(|| wire(&form, definition, origin));
    // The form stays for as long as the page does, and so do its signals.
    std::mem::forget(owner);
    Ok(())
}

fn wire(form: &HtmlFormElement, definition: WidgetForm, origin: String) {
    // From here on the messages are ours; until here the browser's own checks stood in.
    form.set_no_validate(true);
    let fields = definition.form.fields.clone();
    let state = FormState::new(definition, origin);
    for field in &fields {
        state.set(&field.name, value_of(form, field));
    }
    for field in fields {
        let Some(slot) = slot(form, &field.name) else { continue };
        slot.set_text_content(None);
        mark_invalid(form, &field, state);
        let form = form.clone();
        mount_to(slot, move || view! { <FieldNote field state form /> }).forget();
    }
    if let Some(slot) = form.query_selector(".pl-status").ok().flatten().and_then(as_html) {
        let form = form.clone();
        mount_to(slot, move || view! { <Status state form /> }).forget();
    }
    listen(form, state);
}

fn listen(form: &HtmlFormElement, state: FormState) {
    for kind in ["input", "change"] {
        EventListener::new(form, kind, move |event| {
            if let Some((name, value)) = changed(event) {
                state.set(&name, value);
            }
        })
        .forget();
    }
    EventListener::new(form, "focusout", move |event| {
        if let Some((name, _)) = changed(event) {
            state.leave(&name);
        }
    })
    .forget();
    let own = form.clone();
    // Not passive: the browser's own post is held back, since ours follows.
    EventListener::new_with_options(form, "submit", EventListenerOptions::enable_prevent_default(), move |event| {
        event.prevent_default();
        sending::submit(state, &own);
    })
    .forget();
    let own = form.clone();
    if let Some(window) = web_sys::window() {
        EventListener::new(&window, "online", move |_| sending::resend(state, own.clone())).forget();
    }
}

/// Keeps `aria-invalid` on the input equal to what the note below it says.
fn mark_invalid(form: &HtmlFormElement, field: &FormField, state: FormState) {
    let Some(input) = form.query_selector(&format!("#pl-{}", field.name)).ok().flatten() else { return };
    let name = field.name.clone();
    Effect::new(move |_| {
        let done = if state.error(&name).is_some() {
            input.set_attribute("aria-invalid", "true")
        } else {
            input.remove_attribute("aria-invalid")
        };
        drop(done);
    });
}

fn slot(form: &HtmlFormElement, name: &str) -> Option<HtmlElement> {
    form.query_selector(&format!("[data-slot=\"{name}\"]")).ok().flatten().and_then(as_html)
}

fn as_html(element: Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}

/// Reads name and value of the input that an event came from.
fn changed(event: &Event) -> Option<(String, String)> {
    let target = event.target()?;
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        let value = if input.type_() == "checkbox" {
            if input.checked() { input.value() } else { String::new() }
        } else {
            input.value()
        };
        return Some((input.name(), value));
    }
    if let Some(input) = target.dyn_ref::<HtmlTextAreaElement>() {
        return Some((input.name(), input.value()));
    }
    target.dyn_ref::<HtmlSelectElement>().map(|input| (input.name(), input.value()))
}

fn value_of(form: &HtmlFormElement, field: &FormField) -> String {
    let Some(found) = form.query_selector(&format!("#pl-{}", field.name)).ok().flatten() else {
        return String::new();
    };
    if field.kind == FieldKind::Consent {
        let ticked = found.dyn_ref::<HtmlInputElement>().is_some_and(HtmlInputElement::checked);
        return if ticked { "yes".to_owned() } else { String::new() };
    }
    found
        .dyn_ref::<HtmlInputElement>()
        .map(HtmlInputElement::value)
        .or_else(|| found.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value))
        .or_else(|| found.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value))
        .unwrap_or_default()
}

/// Writes a value into an input of the form, as if it had been typed.
fn type_into(form: &HtmlFormElement, state: FormState, name: &str, value: String) {
    let found = form.query_selector(&format!("#pl-{name}")).ok().flatten();
    if let Some(input) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value(&value);
        state.set(name, value);
        drop(input.focus());
    }
}

/// Reads a hidden input, such as the key of this form fill.
fn hidden(form: &HtmlFormElement, name: &str) -> String {
    let found = form.query_selector(&format!("input[name=\"{name}\"]")).ok().flatten();
    found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()).map(|input| input.value()).unwrap_or_default()
}
