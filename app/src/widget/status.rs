//! Where sending stands, on the button and below it; at the end the thank-you screen.

use leptos::prelude::*;
use plumbline_domain::form::wording::{
    LOOK_AGAIN, RECEIPT, SENDING, SENT_AS, fate_sentence, obstacle_sentence,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::form_state::{FormState, Submit};
use super::markup;

/// What the button below a waiting form does.
pub const RESEND: &str = "resend";
/// What the one beside it does.
pub const COPY: &str = "copy";

/// Shows the status of one form on its button and in its live region, from now on.
///
/// # Errors
/// When the page cannot take another element.
pub fn show_status(
    state: FormState,
    place: HtmlElement,
    button: HtmlElement,
) -> Result<(), JsValue> {
    let title = markup::append(&place, "h2")?;
    title.set_class_name("pl-title");
    title.set_tab_index(-1);
    let (why, fate) = (markup::append(&place, "p")?, markup::append(&place, "p")?);
    let offers = markup::append(&place, "p")?;
    let resend = markup::append_offer(&offers, RESEND)?;
    let copy = markup::append_offer(&offers, COPY)?;
    let label = button.text_content().unwrap_or_default();
    let shown = StoredValue::new_local((place, button, [title, why, fate], [resend, copy]));
    Effect::new(move |_| {
        let submit = state.submit.get();
        let [title, why, fate] = match submit {
            Submit::Idle => ["", "", ""],
            Submit::Sending => ["", SENDING, ""],
            Submit::Refused => ["", LOOK_AGAIN, ""],
            Submit::Waiting { obstacle, is_kept } => {
                ["", obstacle_sentence(obstacle), fate_sentence(obstacle, is_kept)]
            }
            Submit::Accepted(_) => [RECEIPT.0, RECEIPT.1, ""],
        };
        // A slip in the address is seen here at the latest.
        let address = state.read(|data| data.sent_as.clone());
        let echo = match submit {
            Submit::Accepted(_) if !address.is_empty() => [SENT_AS, &address, "."].concat(),
            _ => fate.to_owned(),
        };
        let is_waiting = matches!(submit, Submit::Waiting { .. });
        let is_sending = submit == Submit::Sending;
        let (again, copy) = if is_waiting { ("Send now", "Copy my answers") } else { ("", "") };
        shown.with_value(|(place, button, lines, offers)| {
            for (line, text) in lines.iter().zip([title, why, &echo]) {
                line.set_text_content(Some(text));
            }
            for (offer, text) in offers.iter().zip([again, copy]) {
                offer.set_text_content(Some(text));
            }
            if !is_waiting && let Ok(Some(area)) = place.query_selector("textarea") {
                area.remove();
            }
            let is_error = is_waiting || submit == Submit::Refused;
            lines[1].set_class_name(if is_error { "pl-error" } else { "" });
            button.set_text_content(Some(if is_sending { SENDING } else { &label }));
            drop(button.set_attribute("aria-disabled", if is_sending { "true" } else { "false" }));
            // Whoever sends by Enter from the first field is looking far above.
            if is_sending || is_waiting {
                let nearest = ScrollIntoViewOptions::new();
                nearest.set_block(ScrollLogicalPosition::Nearest);
                place.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
        });
    });
    Ok(())
}

/// Shows the answers in a text field, selected, where the browser allows no other copy.
pub fn show_text(place: &HtmlElement, text: &str) -> Result<(), JsValue> {
    let found = place.query_selector("textarea")?;
    let area: web_sys::HtmlTextAreaElement = match found {
        Some(area) => area.unchecked_into(),
        None => markup::append(place, "textarea")?.unchecked_into(),
    };
    area.set_read_only(true);
    area.set_attribute("aria-label", "Your answers")?;
    area.set_value(text);
    area.focus()?;
    area.select();
    Ok(())
}
