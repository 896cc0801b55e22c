//! What stands below one field: an error, a correction on offer, or what the edge knows.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::form_state::Note;

/// The note of one field.
#[component]
pub fn FieldNote(
    /// What it says.
    note: RwSignal<Note>,
    /// Its input.
    input: HtmlElement,
    /// The place below it.
    place: HtmlElement,
) -> impl IntoView {
    let parts = StoredValue::new_local((input, place));
    let before = move || match note.get() {
        Note::Nothing => String::new(),
        Note::Error(text) | Note::Doubt(text) => text,
        Note::Suggestion(_) => "Did you mean ".to_owned(),
    };
    let offer =
        move || if let Note::Suggestion(address) = note.get() { address } else { String::new() };

    Effect::new(move |_| {
        // The input says the same to whom does not see the note.
        let note = note.get();
        let invalid = matches!(note, Note::Error(_));
        parts.with_value(|(input, place)| {
            drop(if invalid {
                input.set_attribute("aria-invalid", "true")
            } else {
                input.remove_attribute("aria-invalid")
            });
            place.set_hidden(note == Note::Nothing);
            place.set_class_name(if invalid { "pl-note pl-error" } else { "pl-note" });
        });
    });

    view! {
        <p>
            {before}
            <button type="button" class="pl-suggestion">{offer}</button>
        </p>
    }
}
