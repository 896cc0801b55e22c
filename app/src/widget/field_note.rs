//! What stands below one field: an error, a correction on offer, or what the edge knows.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use super::form_state::Note;
use super::markup;

/// What the button of a suggestion does: it writes the suggested answer into the field.
pub const TAKE: &str = "take";

/// Shows the note of one field in the place below it, from now on.
pub fn show_note(
    note: RwSignal<Note>,
    input: HtmlElement,
    place: HtmlElement,
) -> Result<(), JsValue> {
    place.set_text_content(None);
    let line = markup::append(&place, "p")?;
    let (before, offer) = (markup::append(&line, "span")?, markup::append_offer(&line, TAKE)?);
    let after = markup::append(&line, "span")?;
    let shown = StoredValue::new_local((input, place, line, [before, offer, after]));
    Effect::new(move |_| {
        let note = note.get();
        let is_error = matches!(note, Note::Error(_));
        let is_nothing = note == Note::Nothing;
        let (text, address) = match note {
            Note::Nothing => (String::new(), String::new()),
            Note::Error(text) | Note::Doubt(text) => (text, String::new()),
            Note::Suggestion(address) => ("Did you mean ".to_owned(), address),
        };
        let (label, end) = match address.as_str() {
            "" => (String::new(), ""),
            address => (["Use ", address].concat(), "?"),
        };
        shown.with_value(|(input, place, line, [before, offer, after])| {
            before.set_text_content(Some(&text));
            offer.set_text_content(Some(&address));
            drop(offer.set_attribute("aria-label", &label));
            after.set_text_content(Some(end));
            // The input says the same to whom does not see the note.
            drop(if is_error {
                input.set_attribute("aria-invalid", "true")
            } else {
                input.remove_attribute("aria-invalid")
            });
            place.set_hidden(is_nothing);
            line.set_class_name(if is_error { "pl-error" } else { "" });
        });
    });
    Ok(())
}
