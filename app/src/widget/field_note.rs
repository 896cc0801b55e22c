//! What stands below one field: an error, a correction on offer, or what the edge knows.

use leptos::prelude::*;
use plumbline_domain::email::Verdict;
use plumbline_domain::form::wording::rule_sentence;
use plumbline_domain::form::{FieldKind, FormField};
use web_sys::HtmlFormElement;

use super::form_state::FormState;
use super::type_into;

/// The note of one field.
#[component]
pub fn FieldNote(
    /// The field.
    field: FormField,
    /// The state of its form.
    state: FormState,
    /// The form, to write an accepted correction into.
    form: HtmlFormElement,
) -> impl IntoView {
    let is_email = field.kind == FieldKind::Email;
    let name = StoredValue::new(field.name.clone());
    let form = StoredValue::new_local(form);

    let sentence = move || {
        let rule = name.with_value(|name| state.error(name))?;
        Some(rule_sentence(rule, Some(&field)))
    };
    let suggestion = Memo::new(move |_| if is_email { name.with_value(|name| state.suggestion(name)) } else { None });
    // The domain may take no mail even so; that is worth a look, and never a locked door.
    let doubtful = move || {
        let checked = state.domain.get().filter(|_| is_email && suggestion.get().is_none())?;
        let typed = name.with_value(|name| state.values.with(|values| values.get(name).cloned()))?;
        let same = typed.trim().to_ascii_lowercase().ends_with(&format!("@{}", checked.domain));
        (same && checked.verdict == Verdict::Undeliverable).then_some(checked.domain)
    };
    let take = move |_| {
        if let Some(address) = suggestion.get_untracked() {
            name.with_value(|name| form.with_value(|form| type_into(form, state, name, address)));
        }
    };

    view! {
        {move || sentence().map(|text| view! { <p class="pl-error">{text}</p> })}
        {move || suggestion.get().map(|address| view! {
            <p class="pl-hint">"Did you mean " <button type="button" class="pl-suggestion" on:click=take>{address}</button> "?"</p>
        })}
        {move || doubtful().map(|domain| view! {
            <p class="pl-hint">"We found no mail server for " <bdi>{domain}</bdi> ". Please look at it once more."</p>
        })}
    }
}
