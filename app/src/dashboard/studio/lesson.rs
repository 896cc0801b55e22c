//! What the owner's own outcomes teach, with how far it can be trusted, and as rules for the draft.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_domain::scoring::Thresholds;
use plumbline_learner::{CalibrationBin, Evaluation, Protection};
use plumbline_what_if::{CLOSED_AFTER_DAYS, LEARNED_LEADS_MAX, Lesson, Line};

use super::super::format;
use super::super::ui::{Badge, Card, Failure, Tone};
use super::Studio;
use crate::browser::trying::Trouble;

/// Learning from outcomes.
#[component]
pub fn Learning(studio: Studio) -> impl IntoView {
    let lesson = RwSignal::new(None::<Result<Lesson, Trouble>>);
    let is_busy = RwSignal::new(false);
    let excluded = RwSignal::new(BTreeSet::<String>::new());
    let learn = move || {
        let Some(trying) = studio.worker() else { return };
        is_busy.set(true);
        let list = serde_json::to_string(&excluded.get_untracked()).unwrap_or_default();
        spawn_local(async move {
            let answer = trying.ask("learn", &list).await;
            let read = |text: String| {
                serde_json::from_str(&text).map_err(|error| Trouble::Broken(error.to_string()))
            };
            lesson.try_set(Some(answer.and_then(read)));
            is_busy.try_set(false);
        });
    };
    let cannot = move || is_busy.get() || studio.tried.with(Option::is_none);
    view! {
        <Card title="Learned from your outcomes">
            <p class="muted">{format!("Leads older than {CLOSED_AFTER_DAYS} days, the newest {LEARNED_LEADS_MAX} of them, with the answers that they have now and what they did by the day they came: won are those that are customers. It is learned on this device.")}</p>
            <p><button class="button" disabled=cannot on:click=move |_| learn()>{move || if is_busy.get() { "Learning…" } else { "Learn from outcomes" }}</button></p>
            {move || lesson.get().map(|learned| match learned {
                Ok(lesson) => view! { <Learned studio lesson excluded again=Callback::new(move |()| learn()) /> }.into_any(),
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
    excluded: RwSignal<BTreeSet<String>>,
    again: Callback<()>,
) -> impl IntoView {
    let sentences: Vec<_> = lesson
        .drift
        .iter()
        .chain(&lesson.suspicions)
        .map(|sentence| view! { <li>{sentence.clone()}</li> })
        .collect();
    let fields: BTreeSet<String> =
        lesson.lines.iter().map(|line| line.fact.clone()).chain(excluded.get_untracked()).collect();
    let protected: Vec<String> = fields
        .iter()
        .filter(|field| Protection::of(field).is_some())
        .filter(|field| !excluded.with_untracked(|excluded| excluded.contains(*field)))
        .cloned()
        .collect();
    let guard = (!protected.is_empty()).then(|| {
        let names = protected.join(", ").replace('_', " ");
        let leave_out = move |_| {
            excluded.update(|excluded| excluded.extend(protected.iter().cloned()));
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
            let is_used = !excluded.with_untracked(|excluded| excluded.contains(&field));
            let change = move |_| {
                excluded.update(|excluded| {
                    if !excluded.remove(&field) {
                        excluded.insert(field.clone());
                    }
                });
            };
            view! { <label class="check"><input type="checkbox" checked=is_used on:change=change />{label}</label> }
        })
        .collect();
    let mut lines = lesson.lines.clone();
    lines.sort_by_key(|line| std::cmp::Reverse(line.points));
    let rows: Vec<_> = lines.iter().map(|line| view! { <CardLine line=line.clone() /> }).collect();
    let can_use = lesson.measures.is_better_than_chance();
    let summary = format!(
        "Learned from {} leads. Ten points double the odds; every lead starts with {}.",
        format::count(lesson.learned_from),
        format::signed(lesson.start)
    );
    let measures = lesson.measures.clone();
    let take = move |_| use_as_rules(studio, &lesson);
    view! {
        <Trust measures />
        {(!sentences.is_empty()).then(|| view! { <ul class="plain changes" aria-label="What to be careful with">{sentences}</ul> })}
        {guard}
        <p class="muted">{summary}</p>
        <div class="clean__table" tabindex="0" role="region" aria-label="The card">
            <table class="table is-numbers">
                <thead><tr><th scope="col">"What a lead is"</th><th scope="col">"Points"</th><th scope="col">"Leads"</th><th scope="col">"Won"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <details>
            <summary class="muted">"Leave fields out"</summary>
            <div class="rule__more">{choices}</div>
            <p><button class="button" on:click=move |_| again.run(())>"Learn again without them"</button></p>
        </details>
        <p><button class="button" disabled=!can_use on:click=take>"Use as rules of fit"</button></p>
        <p class="muted">"It changes the draft: these rules take the place of those about who a lead is, and the bands begin at the best fifth and at the better half. Nothing is published by it."</p>
    }
}

#[component]
fn CardLine(line: Line) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{line.fact.replace('_', " ")}": "<bdi>{line.value}</bdi></th>
            <td>{format::signed(line.points)}</td>
            <td>{format::count(line.count)}</td>
            <td>{format::percent(line.won, line.count)}</td>
        </tr>
    }
}

/// How far the card can be trusted: on leads that came after those that it was learned from.
#[component]
fn Trust(measures: Evaluation) -> impl IntoView {
    let (word, tone) = if !measures.is_better_than_chance() {
        ("No better than chance", Tone::Bad)
    } else if !measures.is_better_than_base_rate() {
        ("Its order helps, its probabilities do not", Tone::Warn)
    } else {
        ("Better than chance", Tone::Good)
    };
    let two = |number: f64| format!("{number:.2}");
    let per_cent = |share: f64| format!("{:.0} %", share * 100.0);
    let facts = [
        (
            "Judged on the newest 30 %",
            format!("{} leads, {} won", format::count(measures.count), format::count(measures.won)),
        ),
        ("AUC, 0.5 is a coin", format!("{} ± {}", two(measures.auc), two(measures.auc_margin))),
        (
            "Log-loss, and of one rate for all",
            format!("{}, {}", two(measures.log_loss), two(measures.base_log_loss)),
        ),
        ("Brier score", two(measures.brier)),
        ("Probabilities miss the rates by", per_cent(measures.calibration_error)),
        ("The best fifth holds of the won", per_cent(measures.captured_in_best_fifth)),
    ]
    .map(|(name, value)| view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> });
    let steps: Vec<_> = measures
        .calibration
        .iter()
        .map(|CalibrationBin { predicted, count, won, interval }| {
            let rate = interval.map_or_else(
                || "too few".to_owned(),
                |(low, high)| format!("{} ({} to {})", format::percent(*won, *count), per_cent(low), per_cent(high)),
            );
            view! { <tr><th scope="row">{per_cent(*predicted)}</th><td>{rate}</td><td>{format::count(*count)}</td></tr> }
        })
        .collect();
    view! {
        <p><Badge text=word tone /></p>
        <table class="table is-numbers"><caption class="hidden">"How good the card is"</caption><tbody>{facts}</tbody></table>
        <Reliability calibration=measures.calibration.clone() />
        <details>
            <summary class="muted">"Predicted and seen, as numbers"</summary>
            <table class="table is-numbers">
                <thead><tr><th scope="col">"Predicted"</th><th scope="col">"Won"</th><th scope="col">"Leads"</th></tr></thead>
                <tbody>{steps}</tbody>
            </table>
        </details>
    }
}

/// The rate that came against the probability that was thought: good ones lie on the line.
#[component]
fn Reliability(calibration: Vec<CalibrationBin>) -> impl IntoView {
    let y = |share: f64| format!("{:.1}", 100.0 - share * 100.0);
    let points: Vec<_> = calibration
        .into_iter()
        .filter_map(|CalibrationBin { predicted, count, won, interval }| {
            let (low, high) = interval?;
            let rate = won as f64 / count.max(1) as f64;
            let x = format!("{:.1}", predicted * 100.0);
            Some(view! {
                <line x1=x.clone() x2=x.clone() y1=y(low) y2=y(high) class="reliability__interval" />
                <circle cx=x cy=y(rate) r="2" class="reliability__point" />
            })
        })
        .collect();
    view! {
        <figure class="reliability">
            <svg viewBox="-3 -3 106 106" role="img" aria-label="Won against predicted, as a table below">
                <path d="M0 0V100H100" class="reliability__axis" />
                <path d="M0 100L100 0" class="reliability__line" />
                {points}
            </svg>
            <figcaption class="muted">"Across: predicted. Up: won, with its interval. On the line, both agree; steps with fewer than 20 leads are left out."</figcaption>
        </figure>
    }
}

/// Puts the card in the place of the rules of fit. Rules that stop everything else stay.
fn use_as_rules(studio: Studio, lesson: &Lesson) {
    let rules = lesson.lines.iter().filter_map(Line::rule);
    let learned: Vec<_> = rules.map(|rule| studio.held(rule)).collect();
    studio.rules.update(|rules| {
        rules.retain(|(_, rule)| {
            rule.with_untracked(|rule| rule.when.is_engagement() || rule.stops)
        });
        rules.extend(learned);
    });
    let (fit_a, fit_b) = lesson.cuts;
    studio.thresholds.update(|cut| *cut = Thresholds { fit_a: fit_a.max(fit_b), fit_b, ..*cut });
    studio.changed();
}
