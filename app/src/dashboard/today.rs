//! Whom to call first, and why: the first screen after signing in.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::today::{OUTCOME_DAYS, OUTCOME_LEADS_MAX, ReadToday, Today};
use plumbline_domain::id::LeadId;
use plumbline_domain::time::Timestamp;
use plumbline_domain::today::{
    Expected, ExpectedBy, FRESH_DAYS, LEADS_A_MONTH_MIN, OUTCOMES_MIN, TodayLead, TodayOrder,
    WOKEN_FIRST_MAX,
};
use plumbline_learner::Rate;

use super::client::{ClientError, send};
use super::leads::View;
use super::live::{Inbox, use_feed};
use super::session::{SessionState, use_session};
use super::ui::{Empty, Failure, Loading};
use super::{format, wording};
use crate::browser;

/// How soon after something has happened the list is read again, and how long after it was read last at the
/// soonest, in milliseconds: each time costs the database hundreds of rows.
const FOLLOWED_MS: (i64, i64) = (1_000, 30_000);

/// What the screen works with.
#[derive(Clone, Copy)]
struct Page {
    shown: RwSignal<Option<Today>>,
    /// A newer list with other leads, while somebody points at the one that is shown.
    held: RwSignal<Option<Today>>,
    failed: RwSignal<Option<ClientError>>,
    /// Whether somebody points at the list, or is in it with the keyboard.
    is_in_use: RwSignal<bool>,
    read_at: StoredValue<Timestamp>,
    session: RwSignal<SessionState>,
}

impl Page {
    fn read(self) {
        self.read_at.set_value(browser::now());
        spawn_local(async move {
            match send(&ReadToday, &NoBody {}).await {
                Ok(today) => self.take(today),
                Err(error) if error.is_unauthorized() => self.session.set(SessionState::Closed),
                Err(error) => drop(self.failed.try_set(Some(error))),
            }
        });
    }

    /// Shows a list, unless other leads would come under the hand that is about to press.
    fn take(self, today: Today) {
        self.failed.try_set(None);
        let is_other = self.shown.try_with_untracked(|shown| {
            shown.as_ref().is_some_and(|shown| ids(shown) != ids(&today))
        });
        let is_held = is_other == Some(true) && self.is_in_use.try_get_untracked() == Some(true);
        let (target, other) =
            if is_held { (self.held, None) } else { (self.shown, Some(self.held)) };
        target.try_set(Some(today));
        if let Some(held) = other {
            held.try_set(None);
        }
    }
}

fn ids(today: &Today) -> Vec<LeadId> {
    today.leads.iter().map(|lead| lead.lead.id).collect()
}

/// The screen.
#[component]
pub fn TodayPage() -> impl IntoView {
    let page = Page {
        shown: RwSignal::new(None),
        held: RwSignal::new(None),
        failed: RwSignal::new(None),
        is_in_use: RwSignal::new(false),
        read_at: StoredValue::new(browser::now()),
        session: use_session(),
    };
    let feed = use_feed();
    page.read();
    // Whoever comes in, or does something, may be the one to call: so the list follows what happens. What
    // was missed while there was no connection is read again.
    let is_waiting = StoredValue::new(false);
    Effect::new(move |before: Option<(usize, u32)>| {
        let seen = (feed.inbox.with(Inbox::arrived), feed.connected.get());
        let has_news = before.is_some_and(|(arrived, connected)| {
            seen.0 > arrived || (connected > 0 && seen.1 > connected)
        });
        if has_news && !is_waiting.get_value() {
            is_waiting.set_value(true);
            let since = browser::now().since(page.read_at.get_value());
            let wait = (FOLLOWED_MS.1 - since).max(FOLLOWED_MS.0);
            spawn_local(async move {
                TimeoutFuture::new(u32::try_from(wait).unwrap_or_default()).await;
                if is_waiting.try_set_value(false).is_none() {
                    page.read();
                }
            });
        }
        seen
    });
    let is_there = Memo::new(move |_| page.shown.with(Option::is_some));
    view! {
        <div class="today">
            <h1>"Today"</h1>
            {move || page.failed.get().map(|error| view! { <Failure sentence=error.sentence() retry=move || page.read() /> })}
            {move || match (is_there.get(), page.failed.with(Option::is_some)) {
                (true, _) => view! { <List page /> }.into_any(),
                (false, false) => view! { <Loading what="whom to call" /> }.into_any(),
                (false, true) => ().into_any(),
            }}
        </div>
    }
}

#[component]
fn List(page: Page) -> impl IntoView {
    let is_empty = Memo::new(move |_| {
        page.shown.with(|today| today.as_ref().is_none_or(|today| today.leads.is_empty()))
    });
    let leads = move || page.shown.with(|today| today.as_ref().map(ids).unwrap_or_default());
    let told = move || page.shown.with(|today| today.as_ref().map(sentence));
    let in_use = move |is_in_use: bool| page.is_in_use.set(is_in_use);
    let show = move |_| {
        page.shown.set(page.held.get_untracked());
        page.held.set(None);
        browser::focus(".today__list a");
    };
    view! {
        <p class="muted">{told}</p>
        <div class="leads__waiting" role="status">
            <Show when=move || page.held.with(Option::is_some)>
                <button class="button is-accent" on:click=show>"The list has changed"</button>
            </Show>
        </div>
        <ol class="plain today__list" on:pointerenter=move |_| in_use(true) on:pointerleave=move |_| in_use(false)
            on:focusin=move |_| in_use(true) on:focusout=move |_| in_use(false)>
            <For each=leads key=|id| *id let:id>
                <Row page id />
            </For>
        </ol>
        <Show when=move || is_empty.get()>
            <Empty title="Nobody to call" text="Leads that are open appear here, those first that are most worth a call.">
                <a class="button is-accent" href="/demo" rel="external">"Open the demo page"</a>
            </Empty>
        </Show>
    }
}

/// Says what the list is ordered by.
fn sentence(today: &Today) -> Option<String> {
    if today.leads.is_empty() {
        return None;
    }
    let closed = today.outcomes.all().leads;
    let order = match today.order {
        TodayOrder::ExpectedValue if let Some(learned) = today.likelihood => format!(
            "By expected value: how likely a lead is to be won by what {} older ones have taught, of which {} were won, halved for every {FRESH_DAYS} days without a sign. {}",
            format::count(learned.leads),
            format::count(learned.won),
            worth(today)
        ),
        TodayOrder::ExpectedValue => format!(
            "By expected value: how many of the older leads were won that came in the cell that it was in at its last sign, or with the same fit, or of all, where these are too few ({} are older than {OUTCOME_DAYS} days, the newest {OUTCOME_LEADS_MAX} count); halved for every {FRESH_DAYS} days without a sign. {}",
            format::count(closed),
            worth(today)
        ),
        TodayOrder::RecencyFewLeads => format!(
            "By the last sign, the newest first: with {} leads in 30 days, fewer than {LEADS_A_MONTH_MIN}, the clock tells more than a score.",
            format::count(today.leads_this_month)
        ),
        TodayOrder::RecencyFewOutcomes => format!(
            "By the last sign, the newest first: only {} leads are older than {OUTCOME_DAYS} days, and it takes {OUTCOMES_MIN} outcomes to expect anything.",
            format::count(closed)
        ),
    };
    let has_woken = today.leads.iter().any(|lead| lead.woken.is_some());
    let before = if has_woken {
        format!(
            " Before all others those that somebody wanted to look at again, at most {WOKEN_FIRST_MAX}."
        )
    } else {
        String::new()
    };
    Some(order + &before)
}

/// Says what a deal counts.
fn worth(today: &Today) -> String {
    match today.usual_deal_value {
        Some(usual) => format!(
            "Times the value of the deal: one that nobody has noted counts as {}, the middle of those known.",
            format::count(usual)
        ),
        None => "Every deal counts the same, since nobody has noted what one is worth.".to_owned(),
    }
}

/// Says what a lead is worth, and what that rests on.
fn value(lead: &TodayLead, usual: Option<u32>) -> Option<String> {
    let Expected { rate, by, alike } = lead.expected?;
    let seen = Rate { won: alike.won as usize, count: alike.leads as usize };
    let older = format::count(alike.leads);
    let known = match by {
        ExpectedBy::Learned if seen.interval().is_some() => {
            format!("{:.0} %, where of {older} thought as likely {seen} were won", rate * 100.0)
        }
        ExpectedBy::Learned => format!("{:.0} %", rate * 100.0),
        ExpectedBy::Cell => format!("{seen} of {older} older ones of its cell"),
        ExpectedBy::Fit => format!("{seen} of {older} older ones of its fit"),
        ExpectedBy::All => format!("{seen} of all {older} older ones"),
    };
    let fresh = lead.freshness;
    Some(match lead.deal_value.or(usual) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a value")]
        Some(deal) => format!(
            "{known} × {} × {fresh:.2} fresh = {}",
            format::count(deal),
            format::count((rate * f64::from(deal) * fresh).round() as u32)
        ),
        None => format!("{known} × {fresh:.2} fresh"),
    })
}

#[component]
fn Row(page: Page, id: LeadId) -> impl IntoView {
    // The link stays where it is while what stands beside it changes: somebody may be on it.
    let found = Memo::new(move |_| {
        page.shown.with(|today| {
            let today = today.as_ref()?;
            let lead = today.leads.iter().find(|lead| lead.lead.id == id)?.clone();
            Some((lead, today.usual_deal_value))
        })
    });
    let view = View { lead: Some(id), ..View::default() };
    let name = move || {
        let (lead, _) = found.get()?;
        let name = [lead.lead.name, lead.lead.email].into_iter().find(|text| !text.is_empty());
        Some(name.unwrap_or_else(|| "No name".to_owned()))
    };
    view! {
        <li class="today__lead">
            {move || found.get().map(|(lead, _)| view! { <CellOf lead /> })}
            <div class="today__who">
                <a href=view.path()><bdi>{name}</bdi></a>
                {move || found.get().map(|(lead, _)| view! { <Who lead /> })}
            </div>
            {move || found.get().map(|(lead, usual)| view! { <What lead usual /> })}
        </li>
    }
}

#[component]
fn CellOf(lead: TodayLead) -> impl IntoView {
    let cell = lead.lead.cell.as_str();
    view! {
        <span><span class="cell" data-cell=cell>{cell}</span>
            {lead.is_set_by_hand.then(|| view! { <span class="muted today__set">"by hand"</span> })}</span>
    }
}

#[component]
fn Who(lead: TodayLead) -> impl IntoView {
    let reasons: Vec<_> = lead
        .reasons
        .into_iter()
        .map(|reason| view! { <li>{reason.label}" "<strong>{format::signed(reason.points)}</strong></li> })
        .collect();
    let woken = lead.woken.map(|rejection| {
        format!(
            "Look again: {} on {}.",
            wording::reject_reason(rejection.reason),
            format::date(rejection.at.day())
        )
    });
    let phone = lead.phone.map(|phone| {
        let number: String = phone.chars().filter(|letter| !letter.is_whitespace()).collect();
        view! { " "<a href=format!("tel:{number}")><bdi>{phone}</bdi></a> }
    });
    view! {
        <span class="muted"><bdi>{lead.lead.company}</bdi></span>
        {phone}
        {woken.map(|sentence| view! { <p>{sentence}</p> })}
        <ul class="plain today__why">{reasons}</ul>
    }
}

#[component]
fn What(lead: TodayLead, usual: Option<u32>) -> impl IntoView {
    let value = value(&lead, usual);
    view! {
        <div class="today__what">
            <strong>{lead.play.map_or_else(|| wording::stage(lead.lead.stage), wording::play)}</strong>
            <span class="muted">{value}</span>
            <span class="muted">{format!("last sign {}", format::ago(lead.seen_at, browser::now()))}</span>
        </div>
    }
}
