//! Merges of the last thirty days, each to be undone.

use leptos::prelude::*;
use plumbline_api::merges::{ListMerges, MergeRecord, UndoMerge};

use super::super::client::{Load, load, tell};
use super::super::format;
use super::super::ui::{Card, Failed, Failure, Loading};

/// The list of merges; it is read again whenever `changed` changes.
#[component]
pub fn PastMerges(changed: RwSignal<u32>) -> impl IntoView {
    let past = RwSignal::new(Load::Busy);
    let read = move || load(ListMerges, past);
    Effect::new(move |_| {
        changed.track();
        read();
    });
    move || match past.get() {
        Load::Busy => view! { <Loading what="the merges" /> }.into_any(),
        Load::Failed(error) => {
            view! { <Failure sentence=error.sentence() retry=read /> }.into_any()
        }
        Load::Done(found) if found.merges.is_empty() => ().into_any(),
        Load::Done(found) => {
            let rows: Vec<_> =
                found.merges.into_iter().map(|merge| view! { <Past merge changed /> }).collect();
            view! { <Card title="Merges of the last 30 days"><ul class="plain">{rows}</ul></Card> }
                .into_any()
        }
    }
}

#[component]
fn Past(merge: MergeRecord, changed: RwSignal<u32>) -> impl IntoView {
    let failed = RwSignal::new(None::<String>);
    let merge_id = merge.id;
    let undo = move |_| {
        tell(&UndoMerge { merge_id }, move |done| match done {
            Ok(()) => changed.update(|count| *count += 1),
            Err(error) => failed.set(Some(error.sentence())),
        });
    };
    let state = match merge.undone_at {
        Some(at) => {
            format!(", {}, undone {}", format::local_time(merge.created_at), format::local_time(at))
        }
        None => format!(", {} ", format::local_time(merge.created_at)),
    };
    let label = format!("Undo the merge of {} and {}", merge.survivor, merge.merged);
    let is_undone = merge.undone_at.is_some();
    view! {
        <li class="past">
            <bdi>{merge.merged}</bdi>" went into "<bdi>{merge.survivor}</bdi><span class="muted">{state}</span>
            {(!is_undone).then(|| view! { <button class="button is-quiet" aria-label=label on:click=undo>"Undo"</button> })}
            <Failed sentence=failed />
        </li>
    }
}
