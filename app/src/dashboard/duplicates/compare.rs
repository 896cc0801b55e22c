//! Two leads side by side: what each says, which of it stays, and what a merge would make of them.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::leads::FindLead;
use plumbline_api::merges::{LeadVersion, MergeLeads, MergeRequest};
use plumbline_domain::form::CONSENT_GIVEN;
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::{CONSENT, Lead, beside};
use plumbline_domain::time::Timestamp;

use super::super::client::{ClientError, send};
use super::super::format;
use super::super::ui::{Badge, Card, Failed, Failure, Loading, Tone};
use super::super::wording;
use super::Finding;

/// The older lead, which would survive, and the other.
type Both = (Lead, Lead);

/// The comparison of two leads.
#[component]
pub fn Compare(finding: Finding, leads: [LeadId; 2]) -> impl IntoView {
    let both = RwSignal::new(None::<Result<Both, ClientError>>);
    spawn_local(async move {
        let mut found = Vec::new();
        for lead_id in leads {
            match send(&FindLead { lead_id }, &NoBody {}).await {
                Ok(record) => found.push(record.lead),
                Err(error) => return both.set(Some(Err(error))),
            }
        }
        found.sort_by_key(|lead| std::cmp::Reverse(lead.summary.id));
        if let (Some(older), Some(other)) = (found.pop(), found.pop()) {
            both.set(Some(Ok((older, other))));
        }
    });
    move || match both.get() {
        None => view! { <Loading what="both leads" /> }.into_any(),
        Some(Err(error)) => view! { <Failure sentence=error.sentence() /> }.into_any(),
        Some(Ok(both)) => view! { <SideBySide finding both /> }.into_any(),
    }
}

#[component]
fn SideBySide(finding: Finding, both: Both) -> impl IntoView {
    let (older, other) = both;
    // Which answers are the other's.
    let from_other = RwSignal::new(BTreeMap::<String, bool>::new());
    let names: BTreeSet<&String> =
        older.details.answers.keys().chain(other.details.answers.keys()).collect();
    let said_at = [&older, &other].map(Lead::consent_said_at);
    let is_others_consent = older.yields_consent_to(&other);
    let rows: Vec<_> = names
        .into_iter()
        .map(|name| {
            let texts = [&older, &other].map(|lead| lead.details.answers.get(name).cloned());
            if name == CONSENT {
                return view! { <ConsentRow texts said_at is_other=is_others_consent /> }
                    .into_any();
            }
            view! { <AnswerRow name=name.clone() texts from_other /> }.into_any()
        })
        .collect();
    let has_later_stage = other.summary.stage > older.summary.stage;
    // Of each, which side stays: of the notes both do.
    let facts: Vec<_> = [
        (
            "Stage",
            [&older, &other].map(|lead| wording::stage(lead.summary.stage).to_owned()),
            [!has_later_stage, has_later_stage],
        ),
        (
            "Captured",
            [&older, &other].map(|lead| format::local_time(lead.summary.captured_at)),
            [true, false],
        ),
        ("Note", [&older, &other].map(|lead| lead.details.note.clone()), [true, true]),
    ]
    .into_iter()
    .map(|(label, texts, stays)| {
        let differs = texts[0] != texts[1];
        let cells: Vec<_> = texts
            .into_iter()
            .zip(stays)
            .map(|(text, stays)| {
                let is_kept = differs && stays && !text.is_empty();
                let mark = is_kept.then(|| view! { " "<Badge text="Stays" tone=Tone::Accent /> });
                view! { <td class:is-chosen=is_kept><bdi>{text}</bdi>{mark}</td> }
            })
            .collect();
        view! { <tr class:is-different=differs><th scope="row">{label}</th>{cells}</tr> }
    })
    .collect();
    let failed = RwSignal::new(None::<String>);
    let version = |lead: &Lead| LeadVersion { id: lead.summary.id, version: lead.summary.version };
    let leads = [version(&older), version(&other)];
    let merge = move |_| {
        spawn_local(async move {
            let request = MergeRequest { leads, from_other: from_other.get_untracked() };
            match send(&MergeLeads, &request).await {
                Ok(_) => {
                    finding.forget(leads[1].id);
                    finding.merged.update(|count| *count += 1);
                    finding.compared.set(None);
                }
                Err(error) => failed.set(Some(error.sentence())),
            }
        });
    };
    view! {
        <Card title="Side by side">
            <Failed sentence=failed />
            <div class="clean__table" tabindex="0" role="region" aria-label="Both leads">
                <table class="table">
                    <thead><tr><th scope="col">"Answer"</th><th scope="col">"The older, which stays"</th><th scope="col">"The newer, which goes into it"</th></tr></thead>
                    <tbody>{rows}{facts}</tbody>
                </table>
            </div>
            <p class="muted">"Rows that differ are marked. The merged lead keeps the chosen answers, the other address and number, the later stage, both notes and every event, and is rescored. You can undo a merge for 30 days."</p>
            <p class="clean__files">
                <button class="button is-accent" on:click=merge>"Merge them"</button>
                <button class="button" on:click=move |_| finding.compared.set(None)>"Keep both"</button>
            </p>
        </Card>
    }
}

/// Consent is nobody's to choose: the latest of the person's own statements counts.
#[component]
fn ConsentRow(
    texts: [Option<String>; 2],
    said_at: [Option<Timestamp>; 2],
    is_other: bool,
) -> impl IntoView {
    let differs = texts[0].is_some() && texts[1].is_some() && texts[0] != texts[1];
    // A file does not say when somebody agreed or refused.
    let kept = if is_other { &texts[1] } else { &texts[0] };
    let is_known = said_at.iter().all(Option::is_some)
        || kept.as_ref().is_some_and(|said| said == CONSENT_GIVEN);
    let cell = |text: Option<String>, at: Option<Timestamp>, is_kept: bool| {
        let day = at.map_or_else(|| "date not known".to_owned(), format::local_date);
        let said = text.map(|text| format!("{text}, {day}"));
        let why = if is_known { "Stays: the latest statement" } else { "Stays: a no counts" };
        let mark = (differs && is_kept).then(|| view! { " "<Badge text=why tone=Tone::Accent /> });
        view! { <td class:is-chosen=differs && is_kept><bdi>{said}</bdi>{mark}</td> }
    };
    let [one, two] = texts;
    let (one, two) = (cell(one, said_at[0], !is_other), cell(two, said_at[1], is_other));
    view! { <tr class:is-different=differs><th scope="row">"Consent"</th>{one}{two}</tr> }
}

#[component]
fn AnswerRow(
    name: String,
    texts: [Option<String>; 2],
    from_other: RwSignal<BTreeMap<String, bool>>,
) -> impl IntoView {
    let [older, other] = texts;
    let differs = older.is_some() && other.is_some() && older != other;
    let label = wording::answer_name(&name);
    let is_kept_beside = beside(&name).is_some();
    let cell = |text: Option<String>, is_other: bool| {
        let text = text.unwrap_or_default();
        if !differs {
            return view! { <td><bdi>{text}</bdi></td> }.into_any();
        }
        let (key, shown) = (name.clone(), name.clone());
        let group = format!("answer-{name}");
        let choose =
            move |_| from_other.update(|all| *all.entry(key.clone()).or_default() = is_other);
        let is_chosen = Memo::new(move |_| {
            from_other.with(|all| all.get(&shown).copied().unwrap_or_default()) == is_other
        });
        let mark = move || {
            let (text, tone) = match (is_chosen.get(), is_kept_beside) {
                (true, _) => ("Stays", Tone::Accent),
                (false, true) => ("Kept beside it", Tone::Plain),
                (false, false) => return None,
            };
            Some(view! { " "<Badge text tone /> })
        };
        view! {
            <td class:is-chosen=move || is_chosen.get()><label class="choice"><input type="radio" name=group checked=!is_other on:change=choose /><bdi>{text}</bdi></label>{mark}</td>
        }
        .into_any()
    };
    let (one, two) = (cell(older, false), cell(other, true));
    view! { <tr class:is-different=differs><th scope="row"><bdi>{label}</bdi></th>{one}{two}</tr> }
}
