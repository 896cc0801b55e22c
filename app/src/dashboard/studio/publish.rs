//! Publishing the draft, and letting the stored leads follow.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::problem::ProblemCode;
use plumbline_api::scoring::{ModelDraft, PublishModel, ReadScoring, RescoreSome, Scoring};
use plumbline_domain::scoring::ScoringModel;

use super::super::client::{ClientError, send};
use super::super::format;
use super::super::turns::Turns;
use super::super::ui::{Card, Failed};
use super::changes::changes;
use super::{Studio, focus_soon, is_other};
use crate::browser;

/// How many leads the clock scores anew in a minute, whether a studio is open or not.
const BY_THE_CLOCK: u32 = 50;

/// Publishing.
#[component]
pub fn Publish(studio: Studio) -> impl IntoView {
    let author = RwSignal::new(browser::stored("author").unwrap_or_default());
    let note = RwSignal::new(String::new());
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
        studio.refused.set(None);
        let turn = following.next();
        browser::store("author", &author.get_untracked());
        let draft =
            ModelDraft { model, author: author.get_untracked(), note: note.get_untracked() };
        spawn_local(async move {
            let published = match send(&PublishModel, &draft).await {
                Ok(scoring) => Ok(scoring),
                Err(error) => meanwhile(studio, error, &draft.model).await,
            };
            match published {
                Ok(scoring) => {
                    studio.publish(scoring);
                    studio.notice.try_set(None);
                    studio.before.try_set(Vec::new());
                    note.try_set(String::new());
                    focus_soon("#draft".to_owned());
                    studio.set_base().await;
                    follow(studio, following, turn).await;
                }
                Err(sentence) => drop(studio.refused.try_set(Some(sentence))),
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
    let has_changes = move || changes.with(|changes| !changes.is_empty());
    let discard = move |_| {
        studio.discard();
        focus_soon("#draft".to_owned());
    };
    let put_back = move |_| {
        studio.put_back();
        focus_soon("#draft".to_owned());
    };
    let rows =
        move || changes.get().into_iter().map(|change| view! { <li>{change}</li> }).collect_view();
    view! {
        <Card title="Publish">
            <Failed sentence=studio.refused />
            {move || studio.notice.get().filter(|_| has_changes()).map(|sentence| view! { <p role="status">{sentence}</p> })}
            <p id="draft" tabindex="-1">{move || match changes.with(Vec::len) { 0 => "The draft is what is published.".to_owned(), many => format::counted(many, "change") + ":" }}</p>
            <ul class="plain changes">{rows}</ul>
            <p>
                <Show when=has_changes>
                    <button class="button" on:click=discard>"Discard the draft"</button>" "
                </Show>
                <Show when=move || studio.before.with(|before| !before.is_empty())>
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
            <Following studio is_busy following />
        </Card>
    }
}

/// Where somebody else has published meanwhile, reads that and returns a sentence; the draft stays, and its
/// changes are those from the new version on. Where it is this draft, only the answer had been lost.
async fn meanwhile(
    studio: Studio,
    error: ClientError,
    draft: &ScoringModel,
) -> Result<Scoring, String> {
    let is_conflict = matches!(&error, ClientError::Rejected(problem) if problem.code == ProblemCode::VersionConflict);
    if !is_conflict {
        return Err(error.sentence());
    }
    let scoring = send(&ReadScoring, &NoBody {}).await.map_err(|error| error.sentence())?;
    if !is_other(&scoring.model, draft) {
        return Ok(scoring);
    }
    let sentence = overtaken(&scoring);
    studio.publish(scoring);
    studio.set_base().await;
    Err(sentence.unwrap_or_else(|| error.sentence()))
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

/// Lets the stored leads follow the published model, part by part, until all have or somebody leaves that to
/// the clock.
async fn follow(studio: Studio, following: Turns, turn: u32) {
    while !following.is_over(turn) {
        match send(&RescoreSome, &NoBody {}).await {
            Ok(rescoring) => {
                let update = |scoring: &mut Option<Scoring>| {
                    if let Some(scoring) = scoring {
                        scoring.rescoring = rescoring;
                    }
                };
                // Nobody may be looking any more; the clock goes on.
                let is_gone = studio.scoring.try_update(update).is_none();
                if is_gone || rescoring.is_caught_up {
                    return;
                }
            }
            Err(error) => return drop(studio.refused.try_set(Some(error.sentence()))),
        }
    }
}

/// Says how far the stored leads have followed.
#[component]
fn Following(studio: Studio, is_busy: RwSignal<bool>, following: Turns) -> impl IntoView {
    let rescoring = move || {
        let found = studio.scoring.with(|scoring| scoring.as_ref().map(|one| one.rescoring));
        found.filter(|one| one.version > 1)
    };
    // Known once the book is read.
    let leads = move || studio.is_read.get().then(|| studio.read.get());
    let sentence = move || {
        rescoring().map(|one| {
            let (looked_at, changed) = (format::count(one.looked_at), format::count(one.changed));
            let of = leads().filter(|all| *all > one.looked_at as usize);
            let of = of.map(|all| format!(" of {}", format::count(all))).unwrap_or_default();
            match one.is_caught_up {
                true => format!("Version {}: all {looked_at} stored leads were scored anew, {changed} have another score.", one.version),
                false => format!("Version {}: {looked_at}{of} stored leads were scored anew so far, {changed} have another score. The clock goes on by itself, {BY_THE_CLOCK} a minute, also with this page closed.", one.version),
            }
        })
    };
    let is_open = move || rescoring().is_some_and(|one| !one.is_caught_up);
    let bar = move || {
        let looked_at = rescoring().map_or(0, |one| one.looked_at as usize);
        leads().map(|all| view! { <progress max=all.max(looked_at) value=looked_at aria-label="Stored leads scored anew"></progress> })
    };
    // What was pressed goes once all have followed, and the focus with it.
    let has_focus = StoredValue::new(false);
    let leave = move |_| {
        request_animation_frame(move || {
            // With the screen, everything that is asked here is gone.
            if has_focus.try_get_value() == Some(true) && untrack(is_open) {
                has_focus.set_value(false);
            }
        });
    };
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open();
        if was_open == Some(true) && !is_open && has_focus.get_value() {
            focus_soon("#followed".to_owned());
        }
        is_open
    });
    let go_on = move |_| {
        if is_busy.get_untracked() {
            following.next();
            return;
        }
        is_busy.set(true);
        studio.refused.set(None);
        let turn = following.next();
        spawn_local(async move {
            follow(studio, following, turn).await;
            is_busy.try_set(false);
        });
    };
    view! {
        <p role="status" class="muted" id="followed" tabindex="-1">{sentence}</p>
        <Show when=is_open>
            <p class="follow">{bar}<button class="button" on:click=go_on on:focus=move |_| has_focus.set_value(true) on:blur=leave>{move || if is_busy.get() { "Leave it to the clock" } else { "Score them now" }}</button></p>
        </Show>
    }
}
