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
use gloo_timers::callback::Timeout;
use leptos::reactive::owner::Owner;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement};

use crate::browser::{self, BrowserUnicode};
use field_note::{TAKE, show_note};
use form_state::{FormData, FormState};
use status::{COPY, RESEND, show_status, show_text};

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
    for (place, name) in state.read(FormData::names).iter().enumerate() {
        let (Some(input), Some(slot), Some(note)) =
            (markup::input(form, name), markup::slot(form, name), state.note(place))
        else {
            continue;
        };
        state.set(name, &markup::value(&input));
        show_note(note, input, slot)?;
    }
    if let (Some(slot), Some(button)) = (found(form, ".pl-status"), found(form, ".pl-submit")) {
        show_status(state, slot, button)?;
    }
    listen(form, state);
    form.set_attribute("data-attached", "")
}

fn found(form: &HtmlFormElement, selector: &str) -> Option<HtmlElement> {
    form.query_selector(selector).ok()??.dyn_into().ok()
}

/// How long after a press its click may come, in milliseconds: a touch becomes one a little later.
const CLICK_MS: u32 = 500;

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
    // A note that came or went between press and release would move the button from under the hand.
    EventListener::new(form, "pointerdown", move |_| state.press()).forget();
    for kind in ["pointerup", "pointercancel"] {
        browser::on_window(kind, move || {
            Timeout::new(CLICK_MS, move || state.release()).forget();
        });
    }
    let own = form.clone();
    EventListener::new(form, "click", move |event| {
        Timeout::new(0, move || state.release()).forget();
        // A page that is being translated has elements of its own inside the button.
        let button = target(event).and_then(|inner| inner.closest("[data-do]").ok().flatten());
        if let Some(button) = button {
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
    browser::on_window("online", move || {
        sending::resend(state, own.clone(), Some(state.read(|data| data.tries)));
    });
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Does what a button below a field, or below the form, offers.
fn press(form: &HtmlFormElement, state: FormState, button: &Element) {
    match button.get_attribute("data-do").as_deref() {
        Some(TAKE) => {
            let slot = button.closest("[data-slot]").ok().flatten();
            let name = slot.and_then(|slot| slot.get_attribute("data-slot")).unwrap_or_default();
            // What the button shows may have been translated.
            let offer = state.read(|data| data.suggestion(&name));
            if let (Some(input), Some(offer)) = (markup::input(form, &name), offer) {
                type_into(&input, state, &name, &offer);
            }
        }
        Some(RESEND) => sending::resend(state, form.clone(), None),
        Some(COPY) => copy_answers(form, state, button.clone()),
        _ => {}
    }
}

fn copy_answers(form: &HtmlFormElement, state: FormState, button: Element) {
    let text = sending::answers_text(state, form);
    let place = found(form, ".pl-status");
    spawn_local(async move {
        if browser::copy(&text).await {
            button.set_text_content(Some("Copied"));
        } else if let Some(place) = place {
            drop(show_text(&place, &text));
        }
    });
}

/// Writes a value into an input, as if it had been typed.
fn type_into(input: &HtmlElement, state: FormState, name: &str, value: &str) {
    if let Some(field) = input.dyn_ref::<HtmlInputElement>() {
        field.set_value(value);
        state.set(name, value);
        drop(input.focus());
    }
}
