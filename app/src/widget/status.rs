//! Where sending stands, below the button; and at the end the thank-you screen.

use super::form_state::{FormState, Submit};
use leptos::prelude::*;
use plumbline_domain::form::wording::next_step_sentences;

/// The status of one form, in its live region.
#[component]
pub fn Status(
    /// The state of the form.
    state: FormState,
) -> impl IntoView {
    let submit = move || state.submit.get();
    let title = move || {
        if let Submit::Accepted(step) = submit() { next_step_sentences(step).0 } else { "" }
    };
    let sentence = move || match submit() {
        Submit::Idle => "",
        Submit::Sending => "Sending…",
        Submit::Refused => "Please look at the marked fields again. Nothing you typed is lost.",
        Submit::Failed => "This could be neither sent nor kept. Please press the button again.",
        Submit::Kept => {
            "There is no connection. Your answers are kept on this device and sent when there is one."
        }
        Submit::Accepted(step) => next_step_sentences(step).1,
    };
    let offer = move || if submit() == Submit::Kept { "Try now" } else { "" };

    view! {
        <h2 class="pl-title" tabindex="-1">{title}</h2>
        <p class:pl-error=move || matches!(submit(), Submit::Refused | Submit::Failed)>{sentence}</p>
        <button type="button" class="pl-suggestion">{offer}</button>
    }
}
