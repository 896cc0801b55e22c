//! A new rule: what it is about; the rest is said where rules are edited.

use leptos::prelude::*;
use plumbline_domain::scoring::{Condition, ObservationKind, Rule};

use super::super::ui::Card;
use super::Studio;
use super::rules::{SILENT, SILENT_DAYS};
use super::sentences::sentence;
use crate::browser;

/// What a new rule counts before somebody says otherwise.
const NEW_POINTS: i32 = 10;
/// What comes before the kind of an event among the subjects.
const SEEN: &str = "seen:";
/// What is offered first.
const FIRST: &str = "role";

/// A new rule.
#[component]
pub fn AddRule(studio: Studio) -> impl IntoView {
    let subject = RwSignal::new(FIRST.to_owned());
    let facts = studio.scoring.with_untracked(|scoring| {
        scoring.as_ref().map(|scoring| scoring.facts.clone()).unwrap_or_default()
    });
    let options: Vec<_> = facts
        .into_iter()
        .map(|fact| {
            let is_first = fact == FIRST;
            view! { <option value=fact.clone() selected=is_first>{fact.replace('_', " ")}</option> }
        })
        .collect();
    let seen: Vec<_> = ObservationKind::ALL
        .into_iter()
        .map(|kind| view! { <option value=format!("{SEEN}{}", kind.as_str())>{kind.as_str().replace('_', " ")}</option> })
        .collect();
    let add = move |_| {
        let when = condition(&subject.get());
        let key = studio.add(Rule::private(String::new(), sentence(&when), NEW_POINTS, when));
        studio.changed();
        request_animation_frame(move || browser::focus(&format!("#rule-{key} summary")));
    };
    view! {
        <Card title="Another rule">
            <div class="rule__more" id="add-rule">
                <label class="field">"About"
                    <select class="input" on:change=move |event| subject.set(event_target_value(&event))>
                        <optgroup label="Who they are">{options}</optgroup>
                        <optgroup label="What they did">{seen}<option value=SILENT>"nothing at all"</option></optgroup>
                    </select>
                </label>
                <button class="button" on:click=add>"Add the rule"</button>
            </div>
            <p class="muted">"It opens above, where you say what it asks."</p>
        </Card>
    }
}

fn condition(subject: &str) -> Condition {
    if subject == SILENT {
        return Condition::Silent { days: SILENT_DAYS };
    }
    match subject.strip_prefix(SEEN).and_then(ObservationKind::parse) {
        Some(kind) => Condition::Observed(kind),
        None => Condition::Given { fact: subject.to_owned() },
    }
}
