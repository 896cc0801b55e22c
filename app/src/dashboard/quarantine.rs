//! What was held as suspected spam: looked through, made leads, or deleted.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::quarantine::{
    DiscardSubmission, HELD_DAYS, ListQuarantine, QuarantinedSubmission, ReleaseSubmission,
};
use plumbline_domain::id::LeadId;

use super::client::{ClientError, Load, load, send, tell};
use super::format;
use super::ui::{Empty, Failed, Failure, Loading};
use super::wording;

/// The quarantine screen.
#[component]
pub fn QuarantinePage() -> impl IntoView {
    let held = RwSignal::new(Load::Busy);
    let read = move || load(ListQuarantine { after: None }, held);
    read();
    let failed = RwSignal::new(None::<String>);
    let read_older = move |after: LeadId| {
        spawn_local(async move {
            match send(&ListQuarantine { after: Some(after) }, &NoBody {}).await {
                Ok(older) => {
                    held.try_update(|held| {
                        if let Load::Done(known) = held {
                            known.has_older = older.has_older;
                            known.submissions.extend(older.submissions);
                        }
                    });
                }
                Err(error) => failed.set(Some(error.sentence())),
            }
        });
    };
    let reload = Callback::new(move |()| read());
    view! {
        <div class="settings">
            <h1>"Quarantine"</h1>
            <p class="muted">{format!("Submissions that look like spam wait here for you, {HELD_DAYS} days, and are deleted then. None of them counts as a lead until you make it one.")}</p>
            <Failed sentence=failed />
            {move || match held.get() {
                Load::Busy => view! { <Loading what="the quarantine" /> }.into_any(),
                Load::Done(held) if held.submissions.is_empty() => view! {
                    <Empty title="Nothing is held back" text="Every submission became a lead. What fills the form’s hidden trap will wait here." />
                }.into_any(),
                Load::Done(held) => {
                    let last = held.submissions.last().map(|held| held.id).filter(|_| held.has_older);
                    let older = last.map(|last| view! {
                        <p><button class="button" on:click=move |_| read_older(last)>"Show older submissions"</button></p>
                    });
                    let shown = held.submissions.into_iter().map(|held| view! { <Held held failed reload /> }).collect_view();
                    view! { {shown}{older} }.into_any()
                }
                Load::Failed(error) => view! { <Failure sentence=error.sentence() retry=read /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Held(
    held: QuarantinedSubmission,
    failed: RwSignal<Option<String>>,
    reload: Callback<()>,
) -> impl IntoView {
    let submission_id = held.id;
    let settled = move |done: Result<(), ClientError>| {
        failed.set(done.err().map(|error| error.sentence()));
        reload.run(());
    };
    let answers = held.answers;
    let title = ["name", "email"].iter().find_map(|name| answers.get(*name)).cloned();
    let title = title.unwrap_or_else(|| "No name".to_owned());
    let rows: Vec<_> = answers
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt><dd><bdi>{value}</bdi></dd> })
        .collect();
    let label = title.clone();
    // An address from outside is shown as text and never becomes a link (attack case 4).
    let page = held.page_url;
    view! {
        <section class="card" aria-label=label>
            <h2 class="card__title"><bdi>{title}</bdi></h2>
            <p class="muted">{format!("{}, form {}. {}", format::local_time(held.received_at), held.form_id, wording::quarantine_reason(held.reason))}</p>
            <dl class="facts">{rows}<dt>"page"</dt><dd><bdi>{page}</bdi></dd></dl>
            <p>
                <button class="button is-accent" on:click=move |_| tell(&ReleaseSubmission { submission_id }, settled)>"Make it a lead"</button>
                " "
                <button class="button" on:click=move |_| tell(&DiscardSubmission { submission_id }, settled)>"Delete it"</button>
            </p>
        </section>
    }
}
