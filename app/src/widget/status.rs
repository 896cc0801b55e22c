//! Where sending stands, below the button; and at the end the thank-you screen.

use leptos::prelude::*;
use plumbline_domain::form::wording::next_step_sentences;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use super::form_state::{FormState, Submit};
use super::markup;

/// Shows the status of one form in its live region, from now on.
pub fn show_status(state: FormState, place: &HtmlElement) -> Result<(), JsValue> {
    let title = markup::append(place, "h2")?;
    title.set_class_name("pl-title");
    title.set_tab_index(-1);
    let (sentence, offer) = (markup::append(place, "p")?, markup::append_offer(place)?);
    let shown = StoredValue::new_local((title, sentence, offer));
    Effect::new(move |_| {
        let submit = state.submit.get();
        let (title, sentence) = match submit {
            Submit::Idle => ("", ""),
            Submit::Sending => ("", "Sending…"),
            Submit::Refused => {
                ("", "Please look at the marked fields again. Nothing you typed is lost.")
            }
            Submit::Failed => {
                ("", "This could be neither sent nor kept. Please press the button again.")
            }
            Submit::Kept => (
                "",
                "There is no connection. Your answers are kept on this device and sent when there is one.",
            ),
            Submit::Accepted(step) => next_step_sentences(step),
        };
        let is_error = matches!(submit, Submit::Refused | Submit::Failed);
        let offer = if submit == Submit::Kept { "Try now" } else { "" };
        shown.with_value(|(head, line, button)| {
            head.set_text_content(Some(title));
            line.set_class_name(if is_error { "pl-error" } else { "" });
            line.set_text_content(Some(sentence));
            button.set_text_content(Some(offer));
        });
    });
    Ok(())
}
