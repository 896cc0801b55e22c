//! Imports of before, each to be undone.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::imports::{Import, ListImports, UndoImport};

use super::super::client::{Load, load, send};
use super::super::format;
use super::super::ui::{Card, Failure, Loading};

/// The list of imports; it is read again whenever `changed` changes.
#[component]
pub fn PastImports(changed: RwSignal<u32>) -> impl IntoView {
    let past = RwSignal::new(Load::Busy);
    let read = move || load(ListImports, past);
    Effect::new(move |_| {
        changed.track();
        read();
    });
    move || match past.get() {
        Load::Busy => view! { <Loading what="the imports" /> }.into_any(),
        Load::Failed(error) => {
            view! { <Failure sentence=error.sentence() retry=read /> }.into_any()
        }
        Load::Done(found) if found.imports.is_empty() => ().into_any(),
        Load::Done(found) => {
            let rows: Vec<_> =
                found.imports.into_iter().map(|import| view! { <Past import changed /> }).collect();
            view! { <Card title="Imports of before"><ul class="plain">{rows}</ul></Card> }
                .into_any()
        }
    }
}

#[component]
fn Past(import: Import, changed: RwSignal<u32>) -> impl IntoView {
    let asked = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let is_undone = RwSignal::new(import.undone_at.is_some());
    let import_id = import.id;
    let undo = move |_| {
        busy.set(true);
        spawn_local(async move {
            let (mut undone, mut kept) = (0, 0);
            loop {
                match send(&UndoImport { import_id }, &NoBody {}).await {
                    Ok(part) => {
                        undone += part.undone;
                        kept += part.kept;
                        said.set(sentence(undone, kept, part.remains));
                        if !part.remains {
                            is_undone.set(true);
                            break;
                        }
                    }
                    Err(error) => {
                        said.set(format!("{} Undo it again to go on.", error.sentence()));
                        busy.set(false);
                        return;
                    }
                }
            }
            busy.set(false);
            asked.set(false);
            if kept == 0 {
                changed.update(|count| *count += 1);
            }
        });
    };
    let name = import.name.clone();
    let state = match import.undone_at {
        Some(at) => format!(", undone {}", format::local_time(at)),
        None => String::new(),
    };
    let about = format!(
        ", {}, {}{state} ",
        format::counted(import.lines, "row"),
        format::local_time(import.created_at)
    );
    view! {
        <li class="past">
            <bdi>{import.name}</bdi><span class="muted">{about}</span>
            <Show when=move || !is_undone.get() && !asked.get()>
                <button class="button is-quiet" aria-label=format!("Undo {name}…") on:click=move |_| asked.set(true)>"Undo…"</button>
            </Show>
            <Show when=move || asked.get()>
                <p>"New leads of this import go, and changed ones become what they were. What somebody has changed since stays."</p>
                <button class="button is-bad" disabled=busy on:click=undo>"Undo it"</button>
                " "
                <button class="button" disabled=busy on:click=move |_| asked.set(false)>"Keep it"</button>
            </Show>
            <span role="status">{said}</span>
        </li>
    }
}

fn sentence(undone: u32, kept: u32, remains: bool) -> String {
    let so_far = if remains { " so far" } else { "" };
    let kept = match kept {
        0 => String::new(),
        kept => format!(" {} were changed since and stay.", format::count(kept)),
    };
    format!("{} leads taken back{so_far}.{kept}", format::count(undone))
}
