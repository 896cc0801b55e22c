//! What the owner's own outcomes teach, with how far it can be trusted, and as rules for the draft.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_domain::scoring::{LEARNED, Thresholds};
use plumbline_learner::Protection;
use plumbline_what_if::{ASKED, CLOSED_AFTER_DAYS, Doubt, LEARNED_LEADS_MAX, Lesson, Line, Wishes};

use super::super::format;
use super::super::ui::{Card, Failure};
use super::Studio;
use super::trust::Trust;
use crate::browser;
use crate::browser::trying::Trouble;

/// Learning from outcomes.
#[component]
pub fn Learning(studio: Studio) -> impl IntoView {
    let lesson = RwSignal::new(None::<Result<Lesson, Trouble>>);
    let is_busy = RwSignal::new(false);
    let wishes = RwSignal::new(Wishes::default());
    let learn = move || {
        let Some(trying) = studio.worker() else { return };
        is_busy.set(true);
        let list = serde_json::to_string(&wishes.get_untracked()).unwrap_or_default();
        spawn_local(async move {
            let answer = trying.ask("learn", &list).await;
            let read = |text: String| {
                serde_json::from_str(&text).map_err(|error| Trouble::Broken(error.to_string()))
            };
            let is_again = lesson.try_with_untracked(Option::is_some) == Some(true);
            lesson.try_set(Some(answer.and_then(read)));
            is_busy.try_set(false);
            if is_again {
                // The button that was pressed went with the lesson that it stood in.
                request_animation_frame(|| browser::focus(".lesson"));
            }
        });
    };
    let cannot = move || is_busy.get() || !studio.is_read.get();
    view! {
        <Card title="Learned from your outcomes">
            <p class="muted">{format!("Leads older than {CLOSED_AFTER_DAYS} days, the newest {} of them, by what was known of them and what they had done on the day they came: won are those that became customers within {CLOSED_AFTER_DAYS} days. It is learned on this device.", format::count(LEARNED_LEADS_MAX))}</p>
            <p><button class="button" disabled=cannot on:click=move |_| learn()>{move || if is_busy.get() { "Learning…" } else { "Learn from outcomes" }}</button></p>
            {move || lesson.get().map(|learned| match learned {
                Ok(lesson) => view! { <Learned studio lesson wishes again=Callback::new(move |()| learn()) /> }.into_any(),
                Err(Trouble::Refused(sentence)) => view! { <p role="status">{upper(&sentence)}"."</p> }.into_any(),
                Err(broken) => view! { <Failure sentence=broken.sentence() /> }.into_any(),
            })}
        </Card>
    }
}

/// A sentence begins with a capital.
fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[component]
fn Learned(
    studio: Studio,
    lesson: Lesson,
    wishes: RwSignal<Wishes>,
    again: Callback<()>,
) -> impl IntoView {
    let sentences: Vec<_> =
        lesson.drift.iter().map(|sentence| view! { <li>{sentence.clone()}</li> }).collect();
    let doubts: Vec<_> = lesson
        .suspicions
        .iter()
        .map(|doubt| view! { <Doubtful doubt=doubt.clone() wishes again /> })
        .collect();
    let excluded = wishes.with_untracked(|wishes| wishes.excluded.clone());
    let mut fields = excluded.clone();
    fields.extend(lesson.lines.iter().map(|line| line.fact.clone()));
    let protected: Vec<String> = fields
        .iter()
        .filter(|field| Protection::of(field).is_some())
        .filter(|field| !excluded.contains(*field))
        .cloned()
        .collect();
    let guard = (!protected.is_empty()).then(|| {
        let names = protected.join(", ").replace('_', " ");
        let leave_out = move |_| {
            wishes.update(|wishes| wishes.excluded.extend(protected.iter().cloned()));
            again.run(());
        };
        view! {
            <p>{format!("By its name this is what people are protected by, or stands for it: {names}. ")}
                <button class="button" on:click=leave_out>"Learn again without it"</button></p>
        }
    });
    let choices: Vec<_> = fields
        .into_iter()
        .map(|field| {
            let label = field.replace('_', " ");
            let is_used = !excluded.contains(&field);
            let change = move |_| {
                wishes.update(|Wishes { excluded, .. }| {
                    if !excluded.remove(&field) {
                        excluded.insert(field.clone());
                    }
                });
            };
            view! { <label class="check"><input type="checkbox" checked=is_used on:change=change />{label}</label> }
        })
        .collect();
    let rows: Vec<_> =
        lesson.lines.iter().map(|line| view! { <CardLine line=line.clone() /> }).collect();
    let can_use = lesson.measures.is_better_than_chance();
    let summary = format!(
        "Learned from {} leads. Ten points double the odds; every lead starts with {}.",
        format::count(lesson.likelihood.leads),
        format::signed(lesson.likelihood.start)
    );
    let (measures, months) = (lesson.measures.clone(), lesson.months.clone());
    let judged_on = if lesson.is_of_newest {
        "Judged on the newest fifth"
    } else {
        "Judged on the newest 30 %"
    };
    let other_window = lesson.is_newest_advised.then(|| {
        let other = if lesson.is_of_newest {
            "Learn from all leads instead"
        } else {
            "Learn from the newest tenth instead"
        };
        let is_of_newest = lesson.is_of_newest;
        let change = move |_| {
            wishes.update(|wishes| wishes.takes_all = is_of_newest);
            again.run(());
        };
        view! { <p><button class="button" on:click=change>{other}</button></p> }
    });
    let is_careful = !sentences.is_empty() || !doubts.is_empty();
    let take = move |_| use_as_rules(studio, &lesson);
    view! {
        <div class="lesson" tabindex="-1" role="group" aria-label="How far it can be trusted"><Trust studio measures judged_on months /></div>
        {is_careful.then(|| view! { <ul class="plain changes" aria-label="What to be careful with">{sentences}{doubts}</ul> })}
        {other_window}
        {guard}
        <p class="muted">{summary}</p>
        <div class="clean__table is-narrow" tabindex="0" role="region" aria-label="The card">
            <table class="table is-numbers">
                <thead><tr><th scope="col">"What a lead is"</th><th scope="col">"Points"</th><th scope="col">"Leads"</th><th scope="col">"Won"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <details>
            <summary class="muted">"Fields that it learns from"</summary>
            <div class="rule__more">{choices}</div>
            <p><button class="button" on:click=move |_| again.run(())>"Learn again from these"</button></p>
        </details>
        <p><button class="button" disabled=!can_use on:click=take>"Use as rules of fit"</button></p>
        <p class="muted">"It changes the draft: these rules take the place of those about the same fields and of those learned before, and the bands begin at the best fifth and at the better half. Nothing is published by it."</p>
    }
}

/// A field to be careful with, and the other choice about it.
#[component]
fn Doubtful(doubt: Doubt, wishes: RwSignal<Wishes>, again: Callback<()>) -> impl IntoView {
    let is_insisted = wishes.with_untracked(|wishes| wishes.insisted.contains(&doubt.field));
    let choice = match (doubt.is_left_out, is_insisted) {
        (true, _) => Some("Learn from it all the same"),
        (false, true) => Some("Leave it out again"),
        (false, false) => None,
    };
    let field = doubt.field;
    let button = choice.map(|choice| {
        let label = format!("{choice}: {}", field.replace('_', " "));
        let change = move |_| {
            wishes.update(|Wishes { insisted, .. }| {
                if !insisted.remove(&field) {
                    insisted.insert(field.clone());
                }
            });
            again.run(());
        };
        view! { <button class="button" aria-label=label on:click=change>{choice}</button> }
    });
    view! { <li class="suggested"><span>{doubt.sentence}</span>{button}</li> }
}

#[component]
fn CardLine(line: Line) -> impl IntoView {
    let beside = match line.when {
        Some(_) => "",
        None if line.fact == ASKED => " (in the chance, not in the fit)",
        None => " (no rule can ask it)",
    };
    view! {
        <tr>
            <th scope="row">{line.fact.replace('_', " ")}": "<bdi>{line.value}</bdi>{beside}</th>
            <td>{format::signed(line.points)}</td>
            <td>{format::count(line.seen.count)}</td>
            <td>{line.seen.to_string()}</td>
        </tr>
    }
}

/// Puts the card in the place of the rules about the same fields, and of all that was learned before: what
/// was left out this time counts no more. Rules that stop everything else stay.
fn use_as_rules(studio: Studio, lesson: &Lesson) {
    studio.remember();
    let rules = lesson.lines.iter().filter_map(Line::rule);
    let learned: Vec<_> = rules.map(|rule| studio.held(rule)).collect();
    let is_of_card = |fact: &str| lesson.lines.iter().any(|line| line.fact == fact);
    studio.rules.update(|rules| {
        rules.retain(|(_, rule)| {
            rule.with_untracked(|rule| {
                let mut is_about_these = false;
                rule.when.each(&mut |part| {
                    is_about_these |= part.fact().is_some_and(is_of_card);
                });
                let is_of_before = rule.id.starts_with(LEARNED);
                rule.when.is_engagement() || rule.stops || !(is_about_these || is_of_before)
            })
        });
        rules.extend(learned);
    });
    let (fit_a, fit_b) = lesson.cuts;
    studio.likelihood.set(Some(lesson.likelihood));
    studio.thresholds.update(|cut| *cut = Thresholds { fit_a: fit_a.max(fit_b), fit_b, ..*cut });
    studio.changed();
}
