//! Two leads side by side: what each says, which of it stays, and what a merge would make of them.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::leads::FindLead;
use plumbline_api::merges::{LeadVersion, MergeLeads, MergeRequest};
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::Lead;

use super::super::client::{ClientError, send};
use super::super::format;
use super::super::ui::{Card, Failed, Failure, Loading};
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
    let rows: Vec<_> = names
        .into_iter()
        .map(|name| {
            let texts = [&older, &other].map(|lead| lead.details.answers.get(name).cloned());
            view! { <AnswerRow name=name.clone() texts from_other /> }
        })
        .collect();
    let facts: Vec<_> = [
        ("Stage", [&older, &other].map(|lead| wording::stage(lead.summary.stage).to_owned())),
        ("Captured", [&older, &other].map(|lead| format::local_time(lead.summary.captured_at))),
        ("Note", [&older, &other].map(|lead| lead.details.note.clone())),
    ]
    .into_iter()
    .map(|(label, [one, two])| view! { <tr><th scope="row">{label}</th><td><bdi>{one}</bdi></td><td><bdi>{two}</bdi></td></tr> })
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
            <p class="muted">"The merged lead has the chosen answers, the later stage, both notes, and every event of both. It is scored anew."</p>
            <p class="clean__files">
                <button class="button is-accent" on:click=merge>"Merge them"</button>
                <button class="button" on:click=move |_| finding.compared.set(None)>"Keep both"</button>
            </p>
        </Card>
    }
}

#[component]
fn AnswerRow(
    name: String,
    texts: [Option<String>; 2],
    from_other: RwSignal<BTreeMap<String, bool>>,
) -> impl IntoView {
    let [older, other] = texts;
    let differs = older.is_some() && other.is_some() && older != other;
    let label = name.replace('_', " ");
    let cell = |text: Option<String>, is_other: bool| {
        let text = text.unwrap_or_default();
        if !differs {
            return view! { <td><bdi>{text}</bdi></td> }.into_any();
        }
        let key = name.clone();
        let group = format!("answer-{name}");
        let choose =
            move |_| from_other.update(|all| *all.entry(key.clone()).or_default() = is_other);
        view! {
            <td><label class="choice"><input type="radio" name=group checked=!is_other on:change=choose /><bdi>{text}</bdi></label></td>
        }
        .into_any()
    };
    let (one, two) = (cell(older, false), cell(other, true));
    view! { <tr><th scope="row"><bdi>{label}</bdi></th>{one}{two}</tr> }
}
