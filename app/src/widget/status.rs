//! Where sending stands, below the button; and at the end the thank-you screen.

use leptos::prelude::*;
use plumbline_domain::form::wording::next_step_sentences;
use web_sys::HtmlFormElement;

use super::form_state::{FormState, Submit};
use super::sending;

/// The status of one form, in its live region.
#[component]
pub fn Status(
    /// The state of the form.
    state: FormState,
    /// The form, to send again.
    form: HtmlFormElement,
) -> impl IntoView {
    let heading = NodeRef::<leptos::html::H2>::new();
    let form = StoredValue::new_local(form);
    let retry = move |_| form.with_value(|form| sending::resend(state, form.clone()));

    Effect::new(move |_| {
        // A screen reader follows the focus to what changed.
        if let Some(heading) = heading.get() {
            drop(heading.focus());
        }
    });

    move || match state.submit.get() {
        Submit::Idle => ().into_any(),
        Submit::Sending => view! { <p class="pl-hint">"Sending…"</p> }.into_any(),
        Submit::Refused => {
            view! { <p class="pl-error">"Please look at the marked fields again. Nothing you typed is lost."</p> }.into_any()
        }
        Submit::Failed => {
            view! { <p class="pl-error">"This could not be sent, and this browser does not let us keep it. Please press the button again."</p> }.into_any()
        }
        Submit::Kept => view! {
            <p class="pl-hint">
                "There is no connection right now. Your answers are kept on this device and sent as soon as there is one. "
                <button type="button" class="pl-suggestion" on:click=retry>"Try now"</button>
            </p>
        }
        .into_any(),
        Submit::Accepted(step) => {
            let (title, sentence) = next_step_sentences(step);
            view! {
                <h2 class="pl-title" tabindex="-1" node_ref=heading>{title}</h2>
                <p class="pl-intro">{sentence}</p>
            }
            .into_any()
        }
    }
}
