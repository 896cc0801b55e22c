//! Publishing the draft, and letting the stored leads follow.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::problem::ProblemCode;
use plumbline_api::scoring::{ModelDraft, PublishModel, ReadScoring, RescoreSome, Scoring};

use super::super::client::{ClientError, send};
use super::super::format;
use super::super::turns::Turns;
use super::super::ui::{Card, Failed};
use super::Studio;
use super::changes::changes;
use crate::browser;

/// How many leads the clock scores anew in a minute while no studio is open.
const BY_THE_CLOCK: u32 = 50;

/// Publishing.
#[component]
pub fn Publish(studio: Studio) -> impl IntoView {
    let author = RwSignal::new(browser::stored("author").unwrap_or_default());
    let note = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let following = Turns::new();
    let changes = Memo::new(move |_| {
        // Every part of the draft is looked at, so that a change of any is seen.
        studio.rules.with(|rules| rules.iter().for_each(|(_, rule)| rule.track()));
        studio.thresholds.track();
        studio.qualification.track();
        studio.likelihood.track();
        studio.group_caps.track();
        let draft = studio.draft();
        studio.scoring.with(|scoring| match (scoring, draft) {
            (Some(scoring), Some(draft)) => changes(&scoring.model, &draft),
            _ => Vec::new(),
        })
    });
    let publish = move |_| {
        let Some(model) = studio.draft() else { return };
        is_busy.set(true);
        failed.set(None);
        browser::store("author", &author.get_untracked());
        let draft =
            ModelDraft { model, author: author.get_untracked(), note: note.get_untracked() };
        spawn_local(async move {
            match send(&PublishModel, &draft).await {
                Ok(scoring) => {
                    studio.publish(scoring);
                    studio.notice.try_set(None);
                    studio.before.try_set(None);
                    note.try_set(String::new());
                    studio.set_base().await;
                    follow(studio, failed, following).await;
                }
                Err(error) => {
                    let sentence = match meanwhile(studio, &error).await {
                        Some(sentence) => sentence,
                        None => error.sentence(),
                    };
                    failed.try_set(Some(sentence));
                }
            }
            is_busy.try_set(false);
        });
    };
    let cannot = move || {
        is_busy.get()
            || changes.with(Vec::is_empty)
            || author.with(|author| author.trim().is_empty())
            || note.with(|note| note.trim().is_empty())
            || studio.fault.with(Option::is_some)
    };
    let put_back = move |_| {
        if let Some(before) = studio.before.get_untracked() {
            studio.replace(&before);
        }
    };
    let rows =
        move || changes.get().into_iter().map(|change| view! { <li>{change}</li> }).collect_view();
    view! {
        <Card title="Publish">
            <Failed sentence=failed />
            {move || studio.notice.get().map(|sentence| view! { <p role="status">{sentence}</p> })}
            <p>{move || match changes.with(Vec::len) { 0 => "The draft is what is published.".to_owned(), 1 => "1 change:".to_owned(), many => format!("{many} changes:") }}</p>
            <ul class="plain changes">{rows}</ul>
            <p>
                <Show when=move || changes.with(|changes| !changes.is_empty())>
                    <button class="button" on:click=move |_| studio.discard()>"Discard the draft"</button>" "
                </Show>
                <Show when=move || studio.before.with(Option::is_some)>
                    <button class="button" on:click=put_back>"Put back the draft from before"</button>
                </Show>
            </p>
            <label class="field">"Your name"
                <input class="input" type="text" autocomplete="name" maxlength="80" prop:value=move || author.get() on:input=move |event| author.set(event_target_value(&event)) />
            </label>
            <label class="field">"Why"
                <textarea class="input" rows="2" maxlength="500" prop:value=move || note.get() on:input=move |event| note.set(event_target_value(&event))></textarea>
            </label>
            <p><button class="button is-accent" disabled=cannot on:click=publish>{move || {
                let version = studio.scoring.with(|scoring| scoring.as_ref().map_or(0, |scoring| scoring.model.version));
                format!("Publish version {}", version + 1)
            }}</button></p>
            <Following studio failed is_busy following />
        </Card>
    }
}

/// Where somebody else has published meanwhile, reads that and says so; the draft stays, and its changes
/// are those from the new version on.
async fn meanwhile(studio: Studio, error: &ClientError) -> Option<String> {
    let ClientError::Rejected(problem) = error else { return None };
    if problem.code != ProblemCode::VersionConflict {
        return None;
    }
    let scoring = send(&ReadScoring, &NoBody {}).await.ok()?;
    let sentence = overtaken(&scoring);
    studio.publish(scoring);
    studio.set_base().await;
    sentence
}

/// Says that somebody has published since the draft was made.
pub fn overtaken(scoring: &Scoring) -> Option<String> {
    let newest = scoring.versions.first()?;
    let why =
        if newest.note.is_empty() { String::new() } else { format!(" (“{}”)", newest.note) };
    Some(format!(
        "{} has published version {} meanwhile{why}. Your draft is still here; below is what it would change of that now. Look at it, and publish again.",
        newest.author, newest.version
    ))
}

/// Lets the stored leads follow the published model, part by part, until all have or somebody stops it.
async fn follow(studio: Studio, failed: RwSignal<Option<String>>, following: Turns) {
    let turn = following.next();
    loop {
        match send(&RescoreSome, &NoBody {}).await {
            Ok(rescoring) => {
                let update = |scoring: &mut Option<Scoring>| {
                    if let Some(scoring) = scoring {
                        scoring.rescoring = rescoring;
                    }
                };
                // Nobody may be looking any more; the clock goes on.
                let is_gone = studio.scoring.try_update(update).is_none();
                if is_gone || rescoring.is_caught_up || following.is_over(turn) {
                    return;
                }
            }
            Err(error) => {
                failed.try_set(Some(error.sentence()));
                return;
            }
        }
    }
}

/// Says how far the stored leads have followed.
#[component]
fn Following(
    studio: Studio,
    failed: RwSignal<Option<String>>,
    is_busy: RwSignal<bool>,
    following: Turns,
) -> impl IntoView {
    let rescoring = move || {
        let found = studio.scoring.with(|scoring| scoring.as_ref().map(|one| one.rescoring));
        found.filter(|one| one.version > 1)
    };
    let leads = move || studio.tried.with(|tried| tried.as_ref().map_or(0, |tried| tried.leads));
    let sentence = move || {
        rescoring().map(|one| {
            let (looked_at, changed) = (format::count(one.looked_at), format::count(one.changed));
            match one.is_caught_up {
                true => format!("Version {}: all {looked_at} stored leads were scored anew, {changed} have another score.", one.version),
                false => format!("Version {}: {looked_at} of {} stored leads were scored anew, {changed} have another score. With this page closed the clock goes on, {BY_THE_CLOCK} a minute.", one.version, format::count(leads())),
            }
        })
    };
    let is_open = move || rescoring().is_some_and(|one| !one.is_caught_up);
    let bar = move || {
        let looked_at = rescoring().map_or(0, |one| one.looked_at);
        view! { <progress max=leads().max(looked_at) value=looked_at aria-label="Stored leads scored anew"></progress> }
    };
    let go_on = move |_| {
        if is_busy.get_untracked() {
            following.next();
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            follow(studio, failed, following).await;
            is_busy.try_set(false);
        });
    };
    view! {
        <p role="status" class="muted">{sentence}</p>
        <Show when=is_open>
            <p class="follow">{bar}<button class="button" on:click=go_on>{move || if is_busy.get() { "Stop here" } else { "Score them now" }}</button></p>
        </Show>
    }
}
