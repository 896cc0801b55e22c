//! Sales takes a lead over or sends it back, and service says who may buy more.

use std::collections::BTreeMap;

use leptos::prelude::*;
use plumbline_api::leads::{LeadChange, NeededAnswer, RejectionChange};
use plumbline_domain::lead::{RejectReason, Rejection, Stage};

use super::super::ui::{Choice, Field};
use super::super::{format, wording};
use super::Open;

/// Sales takes the lead, or sends it back for a reason.
#[component]
pub fn Handoff(
    open: Open,
    stage: Stage,
    version: u32,
    rejection: Option<Rejection>,
    needed: Vec<NeededAnswer>,
) -> impl IntoView {
    let Open { reason, wake_on, .. } = open;
    let stands = rejection.map(|rejection| {
        let wakes = rejection.wake_at.map(|at| format!(" Look again on {}.", format::local_date(at)));
        view! {
            <p>{format!("Rejected on {}: {}.", format::local_date(rejection.at), wording::reject_reason(rejection.reason))}{wakes}</p>
        }
    });
    let is_open = (Stage::MarketingQualified..=Stage::Opportunity).contains(&stage);
    if !is_open && rejection.is_none() {
        return view! { {stands} }.into_any();
    }
    let wanted: StoredValue<Vec<String>> =
        StoredValue::new(needed.iter().map(|needed| needed.name.clone()).collect());
    let accept = move |_| {
        let stage = Some(Stage::SalesQualified);
        // Only what is asked for still: what somebody else has answered meanwhile stays.
        let mut answers = open.learned.get_untracked();
        answers.retain(|name, _| wanted.with_value(|wanted| wanted.contains(name)));
        let change = LeadChange { stage, answers, ..LeadChange::default() };
        open.change_then(version, change, move || drop(open.learned.try_set(BTreeMap::new())));
    };
    let names = wanted.get_value();
    let lacks = move || {
        let given = |name: &String| {
            open.learned.with(|all| all.get(name).is_some_and(|text| !text.trim().is_empty()))
        };
        !names.iter().all(given)
    };
    let asked: Vec<_> = needed.into_iter().map(|needed| view! { <Needed open needed /> }).collect();
    let reject = move |_| {
        let wake_at = format::start_of_local_day(&wake_on.get_untracked());
        if let Some(reason) = reason.get_untracked() {
            let rejection = Some(RejectionChange { reason, wake_at });
            let change = LeadChange { rejection, ..LeadChange::default() };
            open.change_then(version, change, move || {
                open.reason.try_set(None);
            });
        }
    };
    let reasons = RejectReason::ALL
        .map(|one| (one.as_str().to_owned(), wording::reject_reason(one).to_owned()));
    let none = (String::new(), "Choose a reason".to_owned());
    let options = std::iter::once(none).chain(reasons).collect::<Vec<_>>();
    let picked = Signal::derive(move || reason.get().map_or("", RejectReason::as_str).to_owned());
    let pick = move |text: String| reason.set(RejectReason::parse(&text));
    view! {
        {stands}
        <div class="handoff">
            {(stage == Stage::MarketingQualified).then(|| view! { {asked}<button class="button is-accent" disabled=lacks on:click=accept>"Accept"</button> })}
            <details>
                <summary class="button">"Reject"</summary>
                <div class="handoff__why">
                    <Choice label="Why" options picked pick />
                    <Field at_once=true label="Look again on" kind="date" value=wake_on set=move |text| wake_on.set(text) />
                    <button class="button" disabled=move || reason.get().is_none() on:click=reject>"Reject it"</button>
                </div>
            </details>
        </div>
    }
    .into_any()
}

/// What sales must know, and somebody has to ask.
#[component]
fn Needed(open: Open, needed: NeededAnswer) -> impl IntoView {
    let asked = needed.name.replace('_', " ");
    let label = match needed.known.is_empty() {
        true => format!("Sales must know: {asked}"),
        false => format!("Sales must know: {asked} ({})", needed.known.join(", ")),
    };
    let name = StoredValue::new(needed.name);
    let answer =
        move || open.learned.with(|all| all.get(&name.get_value()).cloned().unwrap_or_default());
    let set = move |text: String| {
        open.learned.update(|all| drop(all.insert(name.get_value(), text)));
    };
    view! { <Field at_once=true label value=Signal::derive(answer) set /> }
}

/// A customer may buy more: somebody of service says so.
#[component]
pub fn Expansion(open: Open, stage: Stage, version: u32, is_flagged: bool) -> impl IntoView {
    let flip = move |_| {
        let service_qualified = Some(!is_flagged);
        open.change(version, LeadChange { service_qualified, ..LeadChange::default() });
    };
    let words = if is_flagged { "Seen to: buys no more now" } else { "May buy more" };
    (stage == Stage::Customer)
        .then(|| view! { <p><button class="button" on:click=flip>{words}</button></p> })
}
