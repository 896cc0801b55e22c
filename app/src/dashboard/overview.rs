//! The numbers of a period: how many, from where, how good, how far.

use leptos::prelude::*;
use plumbline_api::overview::{Overview, ReadOverview, RecheckCount};
use plumbline_domain::attribution::Source;
use plumbline_domain::funnel::{Breakdown, LeadCount};
use plumbline_domain::lead::Stage;
use plumbline_domain::scoring::Cell;
use plumbline_domain::time::Day;

use super::chart::{Bar, Columns, Rows};
use super::client::{Load, load};
use super::live::use_feed;
use super::matrix::Matrix;
use super::ui::{Card, Empty, Failure, Loading};
use super::{format, wording};

/// The periods on offer, in days.
const PERIODS: [u32; 3] = [7, 30, 90];

/// The overview screen.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let days = RwSignal::new(30_u32);
    let feed = use_feed();
    let numbers = RwSignal::new(Load::Busy);
    // Each message may have moved a number; the counts are cheap to read again.
    Effect::new(move |_| {
        feed.inbox.track();
        load(ReadOverview { days: days.get() }, numbers);
    });
    let pick = move |event| days.set(event_target_value(&event).parse().unwrap_or(30));
    let options = PERIODS.map(|period| view! {
        <option value=period.to_string() selected=move || days.get() == period>{format!("Last {period} days")}</option>
    });
    view! {
        <div class="overview">
            <div class="overview__head">
                <h1>"Overview"</h1>
                <select class="input" aria-label="Period" on:change=pick>{options.collect_view()}</select>
            </div>
            {move || match numbers.get() {
                Load::Busy => view! { <Loading what="the numbers" /> }.into_any(),
                Load::Done(overview) => view! { <Numbers overview /> }.into_any(),
                Load::Failed(error) => {
                    let retry = move || load(ReadOverview { days: days.get_untracked() }, numbers);
                    view! { <Failure sentence=error.sentence() retry /> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Numbers(overview: Overview) -> impl IntoView {
    let Overview { first, last, counts, pages, rechecks } = overview;
    let now = Breakdown::of(&counts, first, last);
    let length = last.count() - first.count() + 1;
    let before_first = Day::from_count(first.count() - length);
    let before_last = Day::from_count(first.count() - 1);
    let before = Breakdown::of(&counts, before_first, before_last);
    if now.total == 0 && pages.is_empty() {
        return view! {
            <Empty title="No leads in this period" text="Leads per day, their sources, scores and stages appear here with the first one.">
                <a class="button is-accent" href="/demo" rel="external">"Open the demo page"</a>
            </Empty>
        }
        .into_any();
    }
    let reached = |stage: Stage| {
        now.reached.iter().find(|(known, _)| *known == stage).map_or(0, |(_, count)| *count)
    };
    // Sales has the others, or has sent them back.
    let is_to_call = |count: &&LeadCount| {
        matches!(count.cell, Cell::A1 | Cell::A2 | Cell::B1)
            && count.stage == Stage::MarketingQualified
            && (first..=last).contains(&count.day)
    };
    let hot: u32 = counts.iter().filter(is_to_call).map(|count| count.count).sum();
    let by_day = now
        .by_day
        .iter()
        .map(|(day, count)| Bar {
            label: format::short_date(*day),
            count: *count,
            note: String::new(),
        })
        .collect();
    let source_bar = |(source, count): &(Source, u32)| Bar {
        label: wording::source(*source).to_owned(),
        count: *count,
        note: format::percent(*count, now.total),
    };
    let by_source: Vec<_> = now.by_source.iter().map(source_bar).collect();
    // Each stage beside its share of the stage before it.
    let stage_bar = |above: &mut u32, (stage, count): &(Stage, u32)| {
        let note = format::percent(*count, *above);
        *above = *count;
        Some(Bar { label: wording::stage(*stage).to_owned(), count: *count, note })
    };
    let funnel: Vec<_> = now.reached.iter().skip(1).scan(now.total, stage_bar).collect();
    let page_rows: Vec<_> = pages
        .into_iter()
        .map(|page| view! {
            <tr>
                <th scope="row"><bdi>{if page.page_title.is_empty() { page.page_path.clone() } else { page.page_title }}</bdi><span class="muted"><bdi>{page.page_path}</bdi></span></th>
                <td>{format::count(page.views)}</td>
                <td>{format::count(page.starts)}</td>
                <td>{format::percent(page.starts, page.views)}</td>
            </tr>
        })
        .collect();
    let no_pages = page_rows.is_empty();
    let compared = format!(
        "{} – {}, compared with {} – {}",
        format::date(first),
        format::date(last),
        format::date(before_first),
        format::date(before_last)
    );
    view! {
        <p class="muted">{compared}</p>
        <div class="tiles">
            <Tile title="Leads" count=now.total note=format!("{} before", format::count(before.total)) />
            <Tile title="To call now" count=hot note=format!("{} of all", format::percent(hot, now.total)) />
            <Tile title="Sales qualified" count=reached(Stage::SalesQualified) note=format!("{} of all", format::percent(reached(Stage::SalesQualified), now.total)) />
            <Tile title="Customers" count=reached(Stage::Customer) note=format!("{} of all", format::percent(reached(Stage::Customer), now.total)) />
        </div>
        <div class="cards">
            <Card title="Leads per day"><Columns title="Leads per day" bars=by_day /></Card>
            <Card title="Sources"><Rows title="Leads by source" bars=by_source /></Card>
            <Card title="Funnel"><Rows title="Leads that reached each stage" bars=funnel /></Card>
            <Card title="Fit and engagement"><Counts counts=now.by_cell.clone() /></Card>
            <Rechecks rechecks />
            <Card title="Pages">
                <table class="table is-numbers">
                    <thead><tr><th scope="col">"Page"</th><th scope="col">"Views"</th><th scope="col">"Starts"</th><th scope="col">"Start rate"</th></tr></thead>
                    <tbody>{page_rows}</tbody>
                </table>
                {no_pages.then(|| view! { <p class="muted">"Views of your form appear here once it stands on a page."</p> })}
            </Card>
        </div>
    }
    .into_any()
}

/// What came of looking at addresses again: a domain that took mail may be gone.
#[component]
fn Rechecks(rechecks: Vec<RecheckCount>) -> impl IntoView {
    let all: u32 = rechecks.iter().map(|count| count.leads).sum();
    let changed = rechecks.into_iter().filter(|count| count.before != count.after);
    let bars: Vec<_> = changed
        .map(|count| Bar {
            label: format!(
                "{} → {}",
                wording::verdict(count.before).0,
                wording::verdict(count.after).0
            ),
            count: count.leads,
            note: format::percent(count.leads, all),
        })
        .collect();
    let sentence = match (all, bars.is_empty()) {
        (0, _) => "No address was due: each is looked at again after 30 days.".to_owned(),
        (all, true) => format!(
            "{} addresses were looked at again, and nothing has changed.",
            format::count(all)
        ),
        (all, false) => format!("{} addresses were looked at again.", format::count(all)),
    };
    view! {
        <Card title="Addresses looked at again">
            <p>{sentence}</p>
            {(!bars.is_empty()).then(|| view! { <Rows title="Leads by change of verdict" bars /> })}
        </Card>
    }
}

#[component]
fn Tile(title: &'static str, count: u32, note: String) -> impl IntoView {
    view! {
        <div class="tile"><span class="tile__title">{title}</span><strong class="tile__count">{format::count(count)}</strong><span class="muted">{note}</span></div>
    }
}

/// Each cell with its count, and the way to its leads.
#[component]
fn Counts(counts: Vec<(Cell, u32)>) -> impl IntoView {
    let cells = counts.into_iter().map(|(cell, count)| {
        view! {
            <a href=format!("/leads?cell={}&sort=priority", cell.as_str())>
                <span class="hidden">{format!("{}: ", cell.as_str())}</span>{format::count(count)}
            </a>
        }
        .into_any()
    });
    view! { <Matrix cells=cells.collect() /> }
}
