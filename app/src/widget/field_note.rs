//! What stands below one field: an error, a correction on offer, or what the edge knows.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use super::form_state::Note;
use super::markup;

/// Shows the note of one field in the place below it, from now on.
pub fn show_note(
    note: RwSignal<Note>,
    input: HtmlElement,
    place: HtmlElement,
) -> Result<(), JsValue> {
    place.set_text_content(None);
    let line = markup::append(&place, "p")?;
    let (before, offer) = (markup::append(&line, "span")?, markup::append_offer(&line)?);
    let shown = StoredValue::new_local((input, place, before, offer));
    Effect::new(move |_| {
        let note = note.get();
        let is_error = matches!(note, Note::Error(_));
        let is_nothing = note == Note::Nothing;
        let (text, address) = match note {
            Note::Nothing => (String::new(), String::new()),
            Note::Error(text) | Note::Doubt(text) => (text, String::new()),
            Note::Suggestion(address) => ("Did you mean ".to_owned(), address),
        };
        shown.with_value(|(input, place, before, offer)| {
            before.set_text_content(Some(&text));
            offer.set_text_content(Some(&address));
            // The input says the same to whom does not see the note.
            drop(if is_error {
                input.set_attribute("aria-invalid", "true")
            } else {
                input.remove_attribute("aria-invalid")
            });
            place.set_hidden(is_nothing);
            place.set_class_name(if is_error { "pl-note pl-error" } else { "pl-note" });
        });
    });
    Ok(())
}
