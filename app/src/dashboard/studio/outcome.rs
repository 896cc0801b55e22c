//! What the draft makes of the book: the matrix, the spread of points, who moves, and what became of
//! older leads.

use leptos::prelude::*;
use plumbline_domain::scoring::{Cell, ENGAGEMENT_RANGE, FIT_RANGE};
use plumbline_what_if::{CLOSED_AFTER_DAYS, Listed, STEP_POINTS};

use super::super::chart::{Bar, Columns};
use super::super::format;
use super::super::leads::View;
use super::super::matrix::Matrix;
use super::super::ui::Card;
use super::Studio;
use crate::browser;

/// How many leads a team calls in a week until it says otherwise.
const CALLS_A_WEEK: u32 = 20;

/// The matrix, the histograms and the lists.
#[component]
pub fn Outcome(studio: Studio) -> impl IntoView {
    let tried = move || studio.tried.get();
    view! {
        {move || tried().map(|tried| view! {
            <Card title="Fit and engagement">
                <Changes cells=tried.cells before=tried.before />
                <Capacity studio this_week=tried.this_week />
            </Card>
            <Card title="Who changes cell">
                <p>{match tried.moved {
                    0 => "Nobody, compared with the published model.".to_owned(),
                    moved => format!("{} of {} leads, compared with the published model.", format::count(moved), format::count(tried.leads)),
                }}</p>
                <List leads=tried.movers moves=true />
            </Card>
            <Card title="Call first"><List leads=tried.first moves=false /></Card>
            <Card title="Spread of fit"><Columns title="Leads by fit" bars=steps(&tried.fit, FIT_RANGE) /></Card>
            <Card title="Spread of engagement"><Columns title="Leads by engagement" bars=steps(&tried.engagement, ENGAGEMENT_RANGE) /></Card>
        })}
    }
}

fn steps(counts: &[u32], (low, high): (i32, i32)) -> Vec<Bar> {
    let bar = |(start, count): (i32, &u32)| {
        let end = start + STEP_POINTS;
        // The highest points are in the last step.
        let last = if end == high { high } else { end - 1 };
        Bar { label: format!("{start} to {last}"), count: *count, note: String::new() }
    };
    (0..).map(|step| low + step * STEP_POINTS).zip(counts).map(bar).collect()
}

/// Each cell with its count and how it changes.
#[component]
fn Changes(cells: [u32; 9], before: [u32; 9]) -> impl IntoView {
    let cells = Cell::ALL.into_iter().zip(cells).zip(before).map(|((cell, count), before)| {
        let change = i64::from(count) - i64::from(before);
        let change = (change != 0).then(|| format!("{change:+}").replace('-', "−"));
        view! {
            <span class="matrix__count"><span class="hidden">{format!("{}: ", cell.as_str())}</span>{format::count(count)}</span>
            <span class="matrix__change">{change}</span>
        }
        .into_any()
    });
    view! { <Matrix cells=cells.collect() /> }
}

/// Returns how many leads the team can call in a week, as somebody has said here.
pub fn calls_a_week() -> u32 {
    let kept = browser::stored("calls-a-week").and_then(|text| text.parse().ok());
    kept.unwrap_or(CALLS_A_WEEK)
}

/// Whether the team can call as many as the bands ask it to.
#[component]
fn Capacity(studio: Studio, this_week: [u32; 9]) -> impl IntoView {
    let calls = studio.calls;
    let cells = studio.qualification.with_untracked(|one| one.marketing.cells.clone());
    let hot: u32 = Cell::ALL
        .into_iter()
        .zip(this_week)
        .filter(|(cell, _)| cells.contains(cell))
        .map(|(_, count)| count)
        .sum();
    let names: Vec<_> = cells.iter().map(|cell| cell.as_str()).collect();
    let names = names.join(", ");
    let set = move |event| {
        if let Ok(number) = event_target_value(&event).parse::<u32>() {
            browser::store("calls-a-week", &number.to_string());
            calls.set(number);
        }
    };
    let sentence = move || {
        let calls = calls.get();
        let advice = match hot.cmp(&calls) {
            std::cmp::Ordering::Greater => "More than you can call: raise a cut.",
            std::cmp::Ordering::Equal => "Just as many.",
            std::cmp::Ordering::Less => "There is room: a lower cut would call more.",
        };
        let names = names.clone();
        format!(
            "{names} of the last 7 days that sales does not have yet: {}. {advice}",
            format::count(hot)
        )
    };
    view! {
        <p class="capacity">
            <label class="field">"You can call in a week"
                <input class="input" type="number" min="1" step="1" prop:value=move || calls.get().to_string() on:change=set />
            </label>
            <span>{sentence}</span>
        </p>
    }
}

#[component]
fn List(leads: Vec<Listed>, moves: bool) -> impl IntoView {
    let rows: Vec<_> = leads
        .into_iter()
        .map(|lead| {
            let view = View { lead: Some(lead.id), ..View::default() };
            let name = if lead.name.is_empty() { "No name".to_owned() } else { lead.name };
            let from = moves.then(|| view! { <span class="cell" data-cell=lead.from.as_str()>{lead.from.as_str()}</span>" → " });
            view! {
                <li class="mover">
                    <a href=view.path() rel="external"><bdi>{name}</bdi></a>
                    <span>{from}<span class="cell" data-cell=lead.to.as_str()>{lead.to.as_str()}</span></span>
                    <span class="muted">{format!("{} fit, {} engagement", lead.fit, lead.engagement)}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="plain movers">{rows}</ul> }
}

/// What became of older leads, by the cell that the draft would have put them into.
#[component]
pub fn LookingBack(studio: Studio) -> impl IntoView {
    move || {
        studio.looked_back.get().map(|found| {
            let all: usize = found.cells.iter().map(|rate| rate.count).sum();
            if all == 0 {
                let text = format!("No lead is older than {CLOSED_AFTER_DAYS} days yet. Once some are, their outcomes by cell stand here.");
                return view! { <Card title="Looking back"><p class="muted">{text}</p></Card> };
            }
            let rows: Vec<_> = Cell::ALL
                .into_iter()
                .zip(found.cells)
                .map(|(cell, rate)| view! {
                    <tr><th scope="row"><span class="cell" data-cell=cell.as_str()>{cell.as_str()}</span></th><td>{format::count(rate.count)}</td><td>{format::count(rate.won)}</td><td>{rate.to_string()}</td></tr>
                })
                .collect();
            view! {
                <Card title="Looking back">
                    <p class="muted">{format!("{} leads are older than {CLOSED_AFTER_DAYS} days. Each in the cell that this model would have put it into on the day it came, by what was known then; won are those that became customers within {CLOSED_AFTER_DAYS} days. The interval is that of 95 %.", format::count(all))}</p>
                    <div class="clean__table" tabindex="0" role="region" aria-label="Won leads by cell">
                    <table class="table is-numbers">
                        <thead><tr><th scope="col">"Cell"</th><th scope="col">"Leads"</th><th scope="col">"Won"</th><th scope="col">"Rate"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                    </div>
                </Card>
            }
        })
    }
}
