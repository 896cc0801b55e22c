//! The widget: a program for a form that is on the page already.
//!
//! It never redraws a field. Leptos' signals and effects keep the form's notes and its status as they
//! should be and listen to the inputs that are there, so nothing typed can be lost. Every byte of it is
//! paid for on somebody else's page: no views, no serializer, no tables of Unicode, no private rule.

mod field_note;
mod form_state;
mod markup;
mod sending;
mod status;

use any_spawner::Executor;
use gloo_events::{EventListener, EventListenerOptions};
use leptos::reactive::owner::Owner;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement};

use crate::browser::{self, BrowserUnicode};
use field_note::show_note;
use form_state::{FormData, FormState};
use status::show_status;

pub use sending::send_kept;

/// Takes over a form. See the program's `attach`.
///
/// # Errors
/// When the markup is none of this version's; the form then goes on as plain HTML.
pub fn attach(form: HtmlFormElement, origin: String) -> Result<(), JsValue> {
    let (definition, rules) = markup::read(&form).ok_or("another version's form")?;
    let owner = Owner::new();
    let state = owner.with(|| FormState::new(FormData::new(definition, rules, origin)));
    // Another form of the page may have begun it.
    drop(Executor::init_wasm_bindgen());
    owner.with(|| wire(&form, state))?;
    spawn_local(async move {
        if let Some(hints) = browser::hints::fetch().await {
            state.change(|data| data.take_hints(hints, &BrowserUnicode));
        }
    });
    // The form stays for as long as the page does, and so do its signals.
    std::mem::forget(owner);
    Ok(())
}

fn wire(form: &HtmlFormElement, state: FormState) -> Result<(), JsValue> {
    // From here on the messages are ours; until here the browser's own checks stood in.
    form.set_no_validate(true);
    let mut names = Vec::new();
    state.read(|data| names.extend(data.form.fields.iter().map(|field| field.name.clone())));
    for (place, name) in names.iter().enumerate() {
        let (Some(input), Some(slot), Some(note)) =
            (markup::input(form, name), markup::slot(form, name), state.note(place))
        else {
            continue;
        };
        state.set(name, &markup::value(&input));
        show_note(note, input, slot)?;
    }
    if let Some(slot) = form
        .query_selector(".pl-status")
        .ok()
        .flatten()
        .and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        show_status(state, &slot)?;
    }
    listen(form, state);
    Ok(())
}

fn listen(form: &HtmlFormElement, state: FormState) {
    for kind in ["input", "change", "focusout"] {
        EventListener::new(form, kind, move |event| {
            let Some(input) = target(event) else { return };
            let name = input.get_attribute("name").unwrap_or_default();
            state.set(&name, &markup::value(&input));
            if event.type_() == "focusout" {
                state.leave(&name);
            }
        })
        .forget();
    }
    let own = form.clone();
    EventListener::new(form, "click", move |event| {
        if let Some(button) =
            target(event).filter(|element| element.class_list().contains("pl-suggestion"))
        {
            press(&own, state, &button);
        }
    })
    .forget();
    let own = form.clone();
    // Not passive: the browser's own post is held back, since ours follows.
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(form, "submit", options, move |event| {
        event.prevent_default();
        sending::submit(state, &own);
    })
    .forget();
    let own = form.clone();
    browser::on_online(move || sending::resend(state, own.clone()));
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Does what a button below a field, or below the form, offers.
fn press(form: &HtmlFormElement, state: FormState, button: &Element) {
    let slot = button.closest("[data-slot]").ok().flatten();
    match slot.and_then(|slot| slot.get_attribute("data-slot")) {
        Some(name) => {
            let offer = button.text_content().unwrap_or_default();
            if let Some(input) = markup::input(form, &name) {
                type_into(&input, state, &name, &offer);
            }
        }
        None => sending::resend(state, form.clone()),
    }
}

/// Writes a value into an input, as if it had been typed.
fn type_into(input: &HtmlElement, state: FormState, name: &str, value: &str) {
    if let Some(field) = input.dyn_ref::<HtmlInputElement>() {
        field.set_value(value);
        state.set(name, value);
        drop(input.focus());
    }
}
