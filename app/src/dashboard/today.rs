//! Whom to call first, and why: the first screen after signing in.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::today::{OUTCOME_DAYS, ReadToday, Today};
use plumbline_domain::today::{
    FRESH_DAYS, LEADS_A_MONTH_MIN, OUTCOMES_MIN, TodayLead, TodayOrder, usual_value,
};

use super::client::{Load, load};
use super::leads::View;
use super::live::{Inbox, use_feed};
use super::ui::{Empty, Failure, Loading};
use super::{format, wording};
use crate::browser;

/// How long after something has happened the list is read again, in milliseconds.
const FOLLOWED_EVERY_MS: u32 = 1_000;

/// The screen.
#[component]
pub fn TodayPage() -> impl IntoView {
    let today = RwSignal::new(Load::Busy);
    load(ReadToday, today);
    // Whoever comes in, or does something, may be the one to call: so the list follows what happens, not
    // more often than a reader can.
    let feed = use_feed();
    let is_waiting = StoredValue::new(false);
    Effect::new(move |_| {
        if feed.inbox.with(Inbox::arrived) == 0 || is_waiting.get_value() {
            return;
        }
        is_waiting.set_value(true);
        spawn_local(async move {
            TimeoutFuture::new(FOLLOWED_EVERY_MS).await;
            if is_waiting.try_set_value(false).is_none() {
                load(ReadToday, today);
            }
        });
    });
    view! {
        <div class="today">
            <h1>"Today"</h1>
            {move || match today.get() {
                Load::Busy => view! { <Loading what="whom to call" /> }.into_any(),
                Load::Failed(error) => view! { <Failure sentence=error.sentence() retry=move || load(ReadToday, today) /> }.into_any(),
                Load::Done(today) => view! { <List today /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn List(today: Today) -> impl IntoView {
    if today.leads.is_empty() {
        return view! {
            <Empty title="Nobody to call" text="Leads that are open appear here, those first that are most worth a call.">
                <a class="button is-accent" href="/demo" rel="external">"Open the demo page"</a>
            </Empty>
        }
        .into_any();
    }
    let closed: u32 = today.outcomes.0.iter().map(|(leads, _)| leads).sum();
    let sentence = match today.order {
        TodayOrder::ExpectedValue if let Some(learned) = today.likelihood => format!(
            "By expected value: how likely a lead is to be won by what {} older ones have taught, of which {} were won, halved for every {FRESH_DAYS} days without a sign. {}",
            format::count(learned.leads),
            format::count(learned.won),
            worth(&today.leads)
        ),
        TodayOrder::ExpectedValue => format!(
            "By expected value: how often older leads of the same cell, or of a quieter one of the same fit, were won, or all where these are too few ({} are older than {OUTCOME_DAYS} days), halved for every {FRESH_DAYS} days without a sign. {}",
            format::count(closed),
            worth(&today.leads)
        ),
        TodayOrder::RecencyFewLeads => format!(
            "The newest first: with {} leads in 30 days, fewer than {LEADS_A_MONTH_MIN}, the clock tells more than a score.",
            format::count(today.leads_this_month)
        ),
        TodayOrder::RecencyFewOutcomes => format!(
            "The newest first: only {} leads are older than {OUTCOME_DAYS} days, and it takes {OUTCOMES_MIN} outcomes to expect anything.",
            format::count(closed)
        ),
    };
    let rows: Vec<_> = today.leads.into_iter().map(|lead| view! { <Row lead /> }).collect();
    view! {
        <p class="muted">{sentence}</p>
        <ol class="plain today__list">{rows}</ol>
    }
    .into_any()
}

/// Says what a deal counts.
fn worth(leads: &[TodayLead]) -> String {
    match usual_value(leads) {
        Some(usual) => format!(
            "Times the value of the deal: one that nobody has noted counts as {}, the middle of these.",
            format::count(usual)
        ),
        None => "Every deal counts the same, since nobody has noted what one is worth.".to_owned(),
    }
}

#[component]
fn Row(lead: TodayLead) -> impl IntoView {
    let TodayLead { lead, play, seen_at, rate, deal_value, freshness, reasons, woken } = lead;
    let view = View { lead: Some(lead.id), ..View::default() };
    let name = [lead.name, lead.email].into_iter().find(|text| !text.is_empty());
    let deal = deal_value.map(|value| format!(" × {}", format::count(value)));
    let deal = deal.unwrap_or_default();
    let expected = rate.map(|rate| format!("{:.0} %{deal} × {freshness:.2} fresh", rate * 100.0));
    let reasons: Vec<_> = reasons
        .into_iter()
        .map(|reason| view! { <li>{reason.label}" "<strong>{format::signed(reason.points)}</strong></li> })
        .collect();
    let woken = woken.map(|rejection| {
        format!(
            "Look again: {} on {}.",
            wording::reject_reason(rejection.reason),
            format::date(rejection.at.day())
        )
    });
    view! {
        <li class="today__lead">
            <span class="cell" data-cell=lead.cell.as_str()>{lead.cell.as_str()}</span>
            <div class="today__who">
                <a href=view.path()><bdi>{name.unwrap_or_else(|| "No name".to_owned())}</bdi></a>
                <span class="muted"><bdi>{lead.company}</bdi></span>
                {woken.map(|sentence| view! { <p>{sentence}</p> })}
                <ul class="plain today__why">{reasons}</ul>
            </div>
            <div class="today__what">
                <strong>{play.map_or_else(|| wording::stage(lead.stage), wording::play)}</strong>
                <span class="muted">{expected}</span>
                <span class="muted">{format!("last sign {}", format::ago(seen_at, browser::now()))}</span>
            </div>
        </li>
    }
}
