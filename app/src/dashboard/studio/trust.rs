//! How far what was learned can be trusted: on leads that came after those that it was learned from, by
//! steps of probability and by month (PRODUCT X4, J6).

use leptos::prelude::*;
use plumbline_learner::{CalibrationBin, Evaluation, Month, TOO_FEW, decimal};

use super::super::format;
use super::super::ui::{Badge, Tone};
use super::Studio;

/// How far the card can be trusted: on leads that came after those that it was learned from.
#[component]
pub fn Trust(
    studio: Studio,
    /// How the card did.
    measures: Evaluation,
    /// Which leads it was judged on.
    judged_on: &'static str,
    /// The newest months.
    months: Vec<Month>,
) -> impl IntoView {
    let (word, tone) = if !measures.is_better_than_chance() {
        ("No better than chance", Tone::Bad)
    } else if !measures.is_better_than_base_rate() {
        ("Its order helps, its probabilities do not", Tone::Warn)
    } else {
        ("Better than chance", Tone::Good)
    };
    let two = |number: f64| decimal(number, 2);
    let facts = [
        (
            judged_on,
            format!("{} leads, {} won", format::count(measures.count), format::count(measures.won)),
        ),
        ("AUC, 0.5 is a coin", format!("{} ± {}", two(measures.auc), two(measures.auc_margin))),
        (
            "Log-loss, and of one rate for all",
            format!("{}, {}", two(measures.log_loss), two(measures.base_log_loss)),
        ),
        ("Brier score", two(measures.brier)),
        ("Probabilities miss the rates by", format::share(measures.calibration_error)),
        ("The best fifth holds of the won", format::share(measures.captured_in_best(0.2))),
    ]
    .map(|(name, value)| view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> });
    let steps: Vec<_> = measures
        .calibration
        .iter()
        .map(|CalibrationBin { predicted, seen }| view! {
            <tr><th scope="row">{format::share(*predicted)}</th><td>{seen.to_string()}</td><td>{format::count(seen.count)}</td></tr>
        })
        .collect();
    view! {
        <p><Badge text=word tone /></p>
        <table class="table is-numbers"><caption class="hidden">"How good the card is"</caption><tbody>{facts}</tbody></table>
        <Lift studio measures=measures.clone() />
        <Reliability calibration=measures.calibration.clone() />
        <details>
            <summary class="muted">"Predicted and seen, as numbers"</summary>
            <table class="table is-numbers">
                <thead><tr><th scope="col">"Predicted"</th><th scope="col">"Won"</th><th scope="col">"Leads"</th></tr></thead>
                <tbody>{steps}</tbody>
            </table>
        </details>
        {(!months.is_empty()).then(|| view! { <Months months title="Expected and won by month" note="The newest 30 % by month. Dashed: the share of won leads that the older ones lead to expect." /> })}
    }
}

/// What the card is worth to a team that cannot call everybody.
#[component]
fn Lift(studio: Studio, measures: Evaluation) -> impl IntoView {
    let sentence = move || {
        let week: u32 =
            studio.tried.with(|tried| tried.as_ref().map(|tried| tried.week.cells.iter().sum()))?;
        let calls = studio.calls.get();
        if week == 0 || calls == 0 {
            return None;
        }
        let share = (f64::from(calls) / f64::from(week)).min(1.0);
        let captured = measures.captured_in_best(share);
        let (calls, all) = (format::count(calls.min(week)), format::count(week));
        Some(format!(
            "You can call {calls} of the {all} leads of the last 7 days that sales does not have yet. In the order of the card these hold {} of the won, {} times as many as in any order.",
            format::share(captured),
            decimal(captured / share, 1)
        ))
    };
    view! { <p>{sentence}</p> }
}

/// The rate that came against the probability that was thought: good ones lie on the line.
#[component]
fn Reliability(calibration: Vec<CalibrationBin>) -> impl IntoView {
    let y = |share: f64| decimal(100.0 - share * 100.0, 1);
    let points: Vec<_> = calibration
        .into_iter()
        .filter_map(|CalibrationBin { predicted, seen }| {
            let (low, high) = seen.interval()?;
            let x = decimal(predicted * 100.0, 1);
            Some(view! {
                <line x1=x.clone() x2=x.clone() y1=y(low) y2=y(high) class="reliability__interval" />
                <circle cx=x cy=y(seen.share()) r="2" class="reliability__point" />
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
            <figcaption class="muted">{format!("Across: predicted. Up: won, with its interval. On the line, both agree; steps with fewer than {TOO_FEW} leads are left out.")}</figcaption>
        </figure>
    }
}

/// What came month by month against what the older leads led to expect.
#[component]
pub fn Months(
    /// The months.
    months: Vec<Month>,
    /// What they are called.
    title: &'static str,
    /// What the lines mean.
    note: &'static str,
) -> impl IntoView {
    let reach = |month: &Month| {
        month.seen.interval().map_or(month.expected, |(_, high)| high.max(month.expected))
    };
    let top = months.iter().map(reach).fold(0.01, f64::max);
    let (x, y) = {
        let slots = months.len() as f64;
        (
            move |slot: f64| decimal(slot / slots * 100.0, 2) + "%",
            move |share: f64| decimal(100.0 - share / top * 100.0, 2) + "%",
        )
    };
    let shapes: Vec<_> = (0_u32..)
        .zip(&months)
        .map(|(slot, month)| {
            let slot = f64::from(slot);
            let expected = y(month.expected);
            let seen = month.seen.interval().map(|(low, high)| {
                let middle = x(slot + 0.5);
                view! {
                    <line x1=middle.clone() x2=middle.clone() y1=y(low) y2=y(high) class="months__interval" />
                    <circle cx=middle cy=y(month.seen.share()) r=if month.is_off { "6" } else { "3" } class="reliability__point" />
                }
            });
            view! {
                <line x1=x(slot) x2=x(slot + 1.0) y1=expected.clone() y2=expected class="months__expected" />
                {seen}
            }
        })
        .collect();
    let name = |month: Option<&Month>| month.map(|month| month.name.clone());
    let (first, last) = (name(months.first()), name(months.last()));
    let rows: Vec<_> = months
        .iter()
        .map(|Month { name, seen, expected, is_off }| {
            let word = if *is_off { ", off" } else { "" };
            view! { <tr><th scope="row">{name.clone()}</th><td>{format::share(*expected)}</td><td>{format!("{seen}{word}")}</td><td>{format::count(seen.count)}</td></tr> }
        })
        .collect();
    view! {
        <figure class="columns months">
            <span class="columns__top">{format::share(top)}</span>
            <svg class="columns__plot" role="img" aria-label=format!("{title}, as a table below")>{shapes}</svg>
            <figcaption>
                <span class="columns__axis"><span>{first}</span><span>{last}</span></span>
                <span class="muted">{note}" Points: what came, with its interval; large where the two are further apart than chance takes them."</span>
            </figcaption>
            <details class="columns__numbers">
                <summary>{format!("{title}, as numbers")}</summary>
                <table class="table is-numbers">
                    <caption class="hidden">{title}</caption>
                    <thead><tr><th scope="col">"Month"</th><th scope="col">"Expected"</th><th scope="col">"Won"</th><th scope="col">"Leads"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </figure>
    }
}
