//! Publishing the draft, letting the stored leads follow, and what was published before.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::problem::ProblemCode;
use plumbline_api::scoring::{
    FindModel, ModelDraft, PublishModel, ReadScoring, RescoreSome, Scoring,
};
use plumbline_domain::scoring::{Condition, Rule, ScoringModel, UsageDefinition, UsageRule};

use super::super::client::{ClientError, send};
use super::super::format;
use super::super::ui::{Card, Failure};
use super::Studio;
use super::rules::{bounded_sentence, sentence};
use crate::browser;

/// Publishing.
#[component]
pub fn Publish(studio: Studio) -> impl IntoView {
    let author = RwSignal::new(browser::stored("author").unwrap_or_default());
    let note = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
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
                    studio.scoring.try_set(Some(scoring));
                    note.try_set(String::new());
                    studio.set_base().await;
                    follow(studio, failed).await;
                }
                Err(error) => {
                    let sentence = match overtaken(studio, &error).await {
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
            || studio.fault.with(Option::is_some)
    };
    let rows =
        move || changes.get().into_iter().map(|change| view! { <li>{change}</li> }).collect_view();
    view! {
        <Card title="Publish">
            {move || failed.get().map(|sentence| view! { <Failure sentence /> })}
            {move || studio.kept_from.get().filter(|_| changes.with(|changes| !changes.is_empty())).map(|version| view! {
                <p role="status">{format!("Your draft from before is here, made from version {version}.")}</p>
            })}
            <p>{move || match changes.with(Vec::len) { 0 => "The draft is what is published.".to_owned(), 1 => "1 change:".to_owned(), many => format!("{many} changes:") }}</p>
            <ul class="plain changes">{rows}</ul>
            <Show when=move || changes.with(|changes| !changes.is_empty())>
                <p><button class="button" on:click=move |_| studio.discard()>"Discard the draft"</button></p>
            </Show>
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
            <Following studio failed is_busy />
        </Card>
    }
}

/// Where somebody else has published meanwhile, reads that and says so; the draft stays, and its changes
/// are those from the new version on.
async fn overtaken(studio: Studio, error: &ClientError) -> Option<String> {
    let ClientError::Rejected(problem) = error else { return None };
    if problem.code != ProblemCode::VersionConflict {
        return None;
    }
    let scoring = send(&ReadScoring, &NoBody {}).await.ok()?;
    let newest = scoring.versions.first().cloned()?;
    studio.scoring.try_set(Some(scoring));
    studio.set_base().await;
    let why =
        if newest.note.is_empty() { String::new() } else { format!(" (“{}”)", newest.note) };
    Some(format!(
        "{} has published version {} meanwhile{why}. Your draft is still here; below is what it would change of that now. Look at it, and publish again.",
        newest.author, newest.version
    ))
}

/// Lets the stored leads follow the published model, part by part.
async fn follow(studio: Studio, failed: RwSignal<Option<String>>) {
    let mut looked_at = None;
    loop {
        match send(&RescoreSome, &NoBody {}).await {
            Ok(rescoring) => {
                let update = |scoring: &mut Option<Scoring>| {
                    if let Some(scoring) = scoring {
                        scoring.rescoring = rescoring;
                    }
                };
                // Nobody may be looking any more, or there are none left for now; the clock goes on.
                let is_still = looked_at == Some(rescoring.looked_at);
                let is_gone = studio.scoring.try_update(update).is_none();
                if is_gone || is_still || rescoring.is_done {
                    return;
                }
                looked_at = Some(rescoring.looked_at);
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
) -> impl IntoView {
    let rescoring =
        move || studio.scoring.with(|scoring| scoring.as_ref().map(|one| one.rescoring));
    let sentence = move || {
        rescoring().filter(|one| one.version > 1).map(|one| {
            let (looked_at, changed) = (format::count(one.looked_at), format::count(one.changed));
            if one.is_done {
                format!("Version {}: all {looked_at} stored leads were scored anew, {changed} have another score.", one.version)
            } else {
                format!("Version {}: {looked_at} stored leads were scored anew so far, {changed} have another score. What comes in meanwhile follows by itself.", one.version)
            }
        })
    };
    let waits = move || rescoring().is_some_and(|one| !one.is_done) && !is_busy.get();
    let go_on = move |_| {
        is_busy.set(true);
        spawn_local(async move {
            follow(studio, failed).await;
            is_busy.try_set(false);
        });
    };
    view! {
        <p role="status" class="muted">{sentence}</p>
        <Show when=waits><button class="button" on:click=go_on>"Score them now"</button></Show>
    }
}

/// Says what the draft changes, a sentence each.
fn changes(published: &ScoringModel, draft: &ScoringModel) -> Vec<String> {
    let find = |model: &ScoringModel, id: &str| -> Option<Rule> {
        model.rules.iter().find(|rule| rule.id == id).cloned()
    };
    let mut found = Vec::new();
    for rule in &draft.rules {
        match find(published, &rule.id) {
            None => found.push(format!("New: {}, {}", rule.label, format::signed(rule.points))),
            Some(before) if before.points != rule.points => found.push(format!(
                "{}: {} instead of {}",
                rule.label,
                format::signed(rule.points),
                format::signed(before.points)
            )),
            Some(before) if before != *rule => {
                found.push(format!("{}: {}", rule.label, bounded_sentence(rule)));
            }
            Some(_) => {}
        }
    }
    for rule in &published.rules {
        if find(draft, &rule.id).is_none() {
            found.push(format!("Gone: {}, {}", rule.label, format::signed(rule.points)));
        }
    }
    if published.thresholds != draft.thresholds {
        let cut = &draft.thresholds;
        found.push(format!(
            "Bands: A from {}, B from {}, 1 from {}, 2 from {}, margin {}",
            cut.fit_a, cut.fit_b, cut.engagement_1, cut.engagement_2, cut.margin
        ));
    }
    if published.group_caps != draft.group_caps {
        let caps = draft.group_caps.iter().map(|cap| format!("{} {}", cap.group, cap.points));
        found.push(format!("Limits of groups: {}", caps.collect::<Vec<_>>().join(", ")));
    }
    if published.likelihood != draft.likelihood {
        let learned = draft.likelihood.map_or(0, |learned| learned.leads);
        found.push(format!(
            "How likely a lead is to be won: learned from {} leads",
            format::count(learned)
        ));
    }
    let (before, after) = (&published.qualification, &draft.qualification);
    if before.marketing != after.marketing {
        let cells: Vec<_> = after.marketing.cells.iter().map(|cell| cell.as_str()).collect();
        let raised = if after.marketing.hand_raise { ", or asked to be contacted" } else { "" };
        let never = &after.marketing.never;
        let never = (!never.is_empty())
            .then(|| format!(", never when {}", sentence(&Condition::Any(never.clone()))));
        found.push(format!(
            "Marketing qualified: {}{raised}{}",
            cells.join(", "),
            never.unwrap_or_default()
        ));
    }
    if before.sales != after.sales {
        found.push(format!("Sales must know: {}", after.sales.required.join(", ")));
    }
    for (name, before, after) in [
        ("Product qualified", &before.product, &after.product),
        ("Customers who may buy more", &before.service, &after.service),
    ] {
        if before != after {
            found.push(format!("{name}: {}", used(after)));
        }
    }
    found
}

/// Says what must have been done in the product.
fn used(definition: &UsageDefinition) -> String {
    let part = |rule: &UsageRule| {
        let event = rule.event.as_deref().unwrap_or("anything");
        let UsageRule { at_least, within_days, count, .. } = rule;
        format!("{event}, {at_least} {} in {within_days} days", count.as_str())
    };
    let parts: Vec<_> = definition.usage.iter().map(part).collect();
    if parts.is_empty() { "nobody".to_owned() } else { parts.join(" and ") }
}

/// What was published, the newest first; each can be the draft again.
#[component]
pub fn Versions(studio: Studio) -> impl IntoView {
    let failed = RwSignal::new(None::<String>);
    let take = move |version: u32| {
        spawn_local(async move {
            match send(&FindModel { version }, &NoBody {}).await {
                Ok(model) => {
                    studio.take(&model);
                    studio.changed();
                }
                Err(error) => {
                    failed.try_set(Some(error.sentence()));
                }
            }
        });
    };
    let rows = move || {
        let versions = studio.scoring.with(|scoring| {
            scoring.as_ref().map(|scoring| scoring.versions.clone()).unwrap_or_default()
        });
        versions
            .into_iter()
            .map(|one| {
                let version = one.version;
                // The first one came with the deployment.
                let published = match one.published_at.as_ms() {
                    0 => "From the start".to_owned(),
                    _ => format::local_time(one.published_at),
                };
                let author = if one.author.is_empty() { "Plumbline".to_owned() } else { one.author };
                view! {
                    <tr>
                        <th scope="row">{version}</th>
                        <td>{published}</td>
                        <td><bdi>{author}</bdi></td>
                        <td><bdi>{one.note}</bdi></td>
                        <td>{one.rules}</td>
                        <td><button class="button is-quiet" aria-label=format!("Take as draft: version {version}") on:click=move |_| take(version)>"Take as draft"</button></td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <Card title="Versions">
            {move || failed.get().map(|sentence| view! { <Failure sentence /> })}
            <div class="clean__table" tabindex="0" role="region" aria-label="Versions">
                <table class="table">
                    <thead><tr><th scope="col">"Version"</th><th scope="col">"Published"</th><th scope="col">"By"</th><th scope="col">"Why"</th><th scope="col">"Rules"</th><th scope="col"><span class="hidden">"Draft"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
}
