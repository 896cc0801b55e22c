//! What the draft makes of the book: the matrix, the spread of points, who moves, and what became of
//! older leads.

use leptos::prelude::*;
use plumbline_domain::scoring::{Cell, ENGAGEMENT_RANGE, FIT_RANGE};
use plumbline_learner::{Rate, decimal};
use plumbline_what_if::{CLOSED_AFTER_DAYS, LISTED_MAX, Listed, STEP_POINTS, Week};

use super::super::chart::{Bar, Columns, Rows};
use super::super::format;
use super::super::leads::View;
use super::super::matrix::Matrix;
use super::super::ui::{Card, Empty};
use super::Studio;
use super::trust::Months;
use crate::browser;

/// How many leads a team calls in a week until it says otherwise.
const CALLS_A_WEEK: u32 = 20;

/// The histograms and the lists.
#[component]
pub fn Outcome(studio: Studio) -> impl IntoView {
    move || {
        studio.tried.get().map(|tried| {
            if tried.leads == 0 {
                return view! {
                    <Empty title="No leads yet" text="Once some have come, the whole book is scored here while you move a slider.">
                        <a class="button is-accent" href="/demo" rel="external">"Open the demo page"</a>
                    </Empty>
                }
                .into_any();
            }
            let moved = match tried.moved {
                0 => "Nobody, compared with the published model.".to_owned(),
                moved => format!("{} of {} leads, compared with the published model. {}", format::count(moved), format::count(tried.leads), first_of(moved)),
            };
            // Leads that were still following a version stood in cells of the one before.
            let is_known = tried.faded > 0 && studio.was_caught_up.get_value();
            let faded = is_known.then(|| format!("Grown quiet since they were scored, so that whatever is published moves them as well: {}.", format::counted(tried.faded, "other lead")));
            view! {
                <Card title="What the team can call"><Capacity studio week=tried.week /></Card>
                <Card title="Who changes cell">
                    <p>{moved}</p>
                    <List leads=tried.movers moves=true />
                    {faded.map(|sentence| view! { <p class="muted">{sentence}</p> })}
                </Card>
                <Card title="Call first"><p class="muted">{format!("The first {LISTED_MAX} that sales does not have yet.")}</p><List leads=tried.first moves=false /></Card>
                <Card title="Spread of fit"><Columns title="Leads by fit" bars=steps(&tried.fit, FIT_RANGE) /></Card>
                <Card title="Spread of engagement"><Columns title="Leads by engagement" bars=steps(&tried.engagement, ENGAGEMENT_RANGE) /></Card>
            }
            .into_any()
        })
    }
}

/// The matrix, and how it changes.
#[component]
pub fn Changes(studio: Studio) -> impl IntoView {
    move || {
        studio.tried.get().filter(|tried| tried.leads > 0).map(|tried| {
            view! { <Card title="Fit and engagement"><Cells cells=tried.cells before=tried.before /></Card> }
        })
    }
}

fn first_of(moved: u32) -> String {
    if moved as usize > LISTED_MAX {
        format!("The {LISTED_MAX} that go furthest:")
    } else {
        String::new()
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
fn Cells(cells: [u32; 9], before: [u32; 9]) -> impl IntoView {
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

/// Whether the team can call as many as the model asks it to, and which cut would fill its week.
#[component]
fn Capacity(studio: Studio, week: Week) -> impl IntoView {
    let calls = studio.calls;
    let marketing = studio.qualification.with_untracked(|one| one.marketing.clone());
    let names: Vec<_> = marketing.cells.iter().map(|cell| cell.as_str()).collect();
    let mut who = names.join(", ");
    if marketing.hand_raise {
        who += if who.is_empty() {
            "Whoever asked to be contacted"
        } else {
            " and whoever asked to be contacted"
        };
    }
    let set = move |event| {
        if let Ok(number) = event_target_value(&event).parse::<u32>() {
            browser::store("calls-a-week", &number.to_string());
            calls.set(number);
        }
    };
    let (hot, cut, by_cut) = (week.hot, week.cut, week.by_cut);
    let advice = move || {
        let calls = calls.get();
        // The lowest cut that the team can keep up with.
        let best = (0..).zip(&by_cut).find(|(_, (_, count))| *count <= calls);
        let advice = match best {
            Some((_, (_, count))) if *count == hot => "it fits.".to_owned(),
            None if hot <= calls => "it fits.".to_owned(),
            Some((0, (fit, count))) => format!(
                "there is room. Were A to begin where B does, at a fit of {fit}, it would be {}.",
                format::count(*count)
            ),
            Some((_, (fit, count))) => format!(
                "with A from a fit of {fit} on, in place of {cut}, it would be {}.",
                format::count(*count)
            ),
            None => {
                let fewest = by_cut.last().map_or(hot, |(_, count)| hot.min(*count));
                format!("no cut of the fit makes it fewer than {}.", format::count(fewest))
            }
        };
        format!("You can call {}: {advice}", format::count(calls))
    };
    let today = format!(
        "{}: {} of the last 7 days that sales does not have yet.",
        if who.is_empty() { "Nobody is marketing qualified".to_owned() } else { who },
        format::count(hot)
    );
    let expected = move || {
        let found = studio.looked_back.get()?;
        let rates =
            found.cells.iter().zip(week.cells).filter(|(rate, _)| rate.interval().is_some());
        let known: u32 = rates.clone().map(|(_, count)| count).sum();
        let won: f64 = rates.map(|(rate, count)| rate.share() * f64::from(count)).sum();
        (known > 0).then(|| {
            format!(
                " Of all {} new leads whose cell has outcomes, {} are won in time if all goes as before.",
                format::count(known),
                decimal(won, 0)
            )
        })
    };
    view! {
        <p class="capacity">
            <label class="field">"You can call in a week"
                <input class="input" type="number" min="1" step="1" prop:value=move || calls.get().to_string() on:change=set />
            </label>
            <span>{today}" "{advice}{expected}</span>
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
            let forgotten = match found.forgotten {
                0 => String::new(),
                some => format!(" Left out, since it is not known any more what they were like when they came: {}.", format::counted(some, "lead")),
            };
            if all == 0 {
                let text = format!("Once leads are older than {CLOSED_AFTER_DAYS} days, their outcomes by cell stand here.{forgotten}");
                return view! { <Card title="Looking back"><p class="muted">{text}</p></Card> };
            }
            let rows: Vec<_> = Cell::ALL
                .into_iter()
                .zip(found.cells)
                .map(|(cell, rate)| view! {
                    <tr><th scope="row"><span class="cell" data-cell=cell.as_str()>{cell.as_str()}</span></th><td>{format::count(rate.count)}</td><td>{format::count(rate.won)}</td><td>{rate.to_string()}</td></tr>
                })
                .collect();
            // How many to call by each cut, and what became of older ones with such a fit (PRODUCT G7).
            let week = studio.tried.get_untracked().unwrap_or_default().week.by_cut;
            let bar = |((fit, count), rate): ((i32, u32), Rate)| Bar { label: fit.to_string(), count, note: format!("won: {rate}") };
            let bars = week.into_iter().zip(found.by_cut).map(bar).collect();
            let months = found.months;
            view! {
                <Card title="Looking back">
                    <p class="muted">{format!("{} older than {CLOSED_AFTER_DAYS} days, each in the cell that this model would have put it into on the day it came, by what was known then; won are those that became customers within {CLOSED_AFTER_DAYS} days. The interval is that of 95 %.{forgotten}", format::counted(all, "lead"))}</p>
                    <div class="clean__table" tabindex="0" role="region" aria-label="Won leads by cell">
                    <table class="table is-numbers">
                        <thead><tr><th scope="col">"Cell"</th><th scope="col">"Leads"</th><th scope="col">"Won"</th><th scope="col">"Rate"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                    </div>
                    <p class="muted">"To call in a week, by the fit that A begins at, and how many older ones with that fit or more were won."</p>
                    <Rows title="To call in a week, by the fit that A begins at" bars />
                    {found.is_off.then(|| view! { <p role="status">"What was learned no longer tells what comes: learn again from the newest leads, below."</p> })}
                    {(!months.is_empty()).then(|| view! { <Months months title="Learned and come, by month" note="Dashed: what the learned rules lead to expect of the leads of each month, the newest twelve." /> })}
                </Card>
            }
        })
    }
}
