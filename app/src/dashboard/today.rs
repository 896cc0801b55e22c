//! Whom to call first, and why: the first screen after signing in.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::leads::{LeadChange, UpdateLead};
use plumbline_api::today::{NEWEST_MAX, OUTCOME_DAYS, OUTCOME_LEADS_MAX, ReadToday, Today};
use plumbline_domain::lead::Advice;
use plumbline_domain::time::Timestamp;
use plumbline_domain::today::{
    Expected, ExpectedBy, FRESH_DAYS, LEADS_A_MONTH_MIN, OUTCOMES_MIN, TodayLead, TodayOrder,
    WOKEN_FIRST_MAX,
};
use plumbline_learner::Rate;

use super::client::{ClientError, Load, load, send, send_with};
use super::clock;
use super::leads::View;
use super::live::{Inbox, use_feed};
use super::session::{SessionState, use_session};
use super::ui::{Badge, Empty, Failed, Failure, Loading, Tone};
use super::{format, wording};
use crate::browser;

/// How soon after something has happened the list is read again, and how long after it was read last at the
/// soonest, in milliseconds: each time costs the database hundreds of rows.
const FOLLOWED_MS: (i64, i64) = (1_000, 30_000);

/// What the screen works with.
#[derive(Clone, Copy)]
struct Page {
    /// What the Worker answered last.
    answer: RwSignal<Load<Today>>,
    /// What is shown: older than the answer while somebody is in the list.
    shown: RwSignal<Option<Today>>,
    /// Whether somebody points at the list,
    is_pointed_at: RwSignal<bool>,
    /// or is in it with the keyboard.
    has_focus: RwSignal<bool>,
    read_at: StoredValue<Timestamp>,
    /// What went wrong with the last change.
    failed: RwSignal<Option<String>>,
}

impl Page {
    /// Reads the list and shows it, also where somebody points at it: they have just changed it.
    async fn read_and_show(self) {
        self.read_at.try_set_value(clock::now());
        match send(&ReadToday, &NoBody {}).await {
            Ok(today) => {
                self.answer.try_set(Load::Done(today.clone()));
                self.shown.try_set(Some(today));
            }
            Err(error) => drop(self.answer.try_set(Load::Failed(error))),
        }
    }

    fn read(self) {
        self.read_at.set_value(clock::now());
        load(ReadToday, self.answer);
    }

    /// Shows what was answered last.
    fn show(self) {
        if let Load::Done(today) = self.answer.get_untracked() {
            self.shown.set(Some(today));
        }
    }

    /// Whether other leads wait than those that are shown.
    fn has_other(self) -> bool {
        let ids = |today: &Today| today.leads.iter().map(|lead| lead.lead.id).collect::<Vec<_>>();
        self.answer.with(|answer| match answer {
            Load::Done(today) => self
                .shown
                .with(|shown| shown.as_ref().is_some_and(|shown| ids(shown) != ids(today))),
            _ => false,
        })
    }
}

/// The screen.
#[component]
pub fn TodayPage() -> impl IntoView {
    let page = Page {
        answer: RwSignal::new(Load::Busy),
        shown: RwSignal::new(None),
        is_pointed_at: RwSignal::new(false),
        has_focus: RwSignal::new(false),
        read_at: StoredValue::new(clock::now()),
        failed: RwSignal::new(None),
    };
    let (feed, session) = (use_feed(), use_session());
    page.read();
    Effect::new(move |_| {
        page.answer.track();
        // What somebody is about to press does not move away from under the hand.
        if !(page.is_pointed_at.get() || page.has_focus.get())
            || page.shown.with_untracked(Option::is_none)
        {
            page.show();
        }
        page.answer.with(|answer| {
            if matches!(answer, Load::Failed(error) if error.is_unauthorized()) {
                session.set(SessionState::Closed);
            }
        });
    });
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
            let since = clock::now().since(page.read_at.get_value());
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
    let failure = move || match page.answer.get() {
        Load::Failed(error) => {
            view! { <Failure sentence=error.sentence() retry=move || page.read() /> }.into_any()
        }
        Load::Busy => view! { <Loading what="whom to call" /> }.into_any(),
        Load::Done(_) => ().into_any(),
    };
    let show = move |_| {
        page.show();
        browser::focus(".today__list a");
    };
    view! {
        <div class="today">
            <h1>"Today"</h1>
            {failure}
            <Failed sentence=page.failed />
            <div on:pointerenter=move |_| page.is_pointed_at.set(true)
                on:pointerleave=move |_| page.is_pointed_at.set(false)
                on:focusin=move |_| page.has_focus.set(true)
                on:focusout=move |event| page.has_focus.set(browser::stays_within(&event))>
                <div class="leads__waiting" role="status">
                    <Show when=move || page.has_other()>
                        <button class="button is-accent" on:click=show>"The list has changed"</button>
                    </Show>
                </div>
                {move || page.shown.get().map(|today| view! { <List page today /> })}
            </div>
        </div>
    }
}

#[component]
fn List(page: Page, today: Today) -> impl IntoView {
    if today.leads.is_empty() {
        return view! {
            <Empty title="Nobody to call" text="Leads that are open appear here, those first that are most worth a call.">
                <a class="button is-accent" href="/demo" rel="external">"Open the demo page"</a>
            </Empty>
        }
        .into_any();
    }
    let flood = flood(today.held_today);
    let (sentence, usual) = (sentence(&today), today.usual_deal_value);
    let basis = basis(&today);
    let rows: Vec<_> =
        today.leads.into_iter().map(|lead| view! { <Row page lead usual /> }).collect();
    view! {
        {flood}
        <p class="muted">{sentence}</p>
        <details class="muted today__how"><summary>"What this rests on"</summary><p>{basis}</p></details>
        <ol class="plain today__list">{rows}</ol>
    }
    .into_any()
}

/// Says that far more than usual is being held.
fn flood(held_today: u32) -> impl IntoView + use<> {
    (held_today >= FLOOD_HELD).then(|| {
        let held = format::counted(held_today, "submission");
        view! {
            <p role="status">
                <Badge text="Flood" tone=Tone::Warn />
                {format!(" {held} were held today, far more than usual. ")}
                <a href="/quarantine" rel="external">"Look at them in the quarantine"</a>
            </p>
        }
    })
}

/// The owner is told about a flood when at least this many submissions were held in a day.
const FLOOD_HELD: u32 = 50;

/// Says what the list is ordered by.
fn sentence(today: &Today) -> String {
    let closed = today.outcomes.all().leads;
    let order = match today.order {
        TodayOrder::ExpectedValue if let Some(learned) = today.likelihood => format!(
            "By expected value: how likely a lead is to be won by what {} older ones have taught, of which {} were won, halved for every {FRESH_DAYS} days without a sign.",
            format::count(learned.leads),
            format::count(learned.won),
        ),
        TodayOrder::ExpectedValue => format!(
            "By expected value: how many of the older leads in its cell were won, halved for every {FRESH_DAYS} days without a sign."
        ),
        TodayOrder::RecencyFewLeads => format!(
            "By the last sign, the newest first: with {} in 30 days, fewer than {LEADS_A_MONTH_MIN}, the clock tells more than a score.",
            format::counted(today.leads_this_month, "lead")
        ),
        TodayOrder::RecencyFewOutcomes => format!(
            "By the last sign, the newest first: the outcomes of {} older than {OUTCOME_DAYS} days are known, and it takes {OUTCOMES_MIN} to expect anything.",
            format::counted(closed, "lead")
        ),
    };
    let has_woken = today.leads.iter().any(|lead| lead.woken.is_some());
    let has_waiting = today.leads.iter().any(|lead| lead.lead.waiting_since.is_some());
    let waiting = if has_waiting {
        " Leads that asked to be contacted come first until somebody answers them, the longest wait on top."
    } else {
        ""
    };
    let before = if has_woken {
        format!(" Then come leads whose day to look again has come, at most {WOKEN_FIRST_MAX}.")
    } else {
        String::new()
    };
    order + waiting + &before
}

/// Says which leads are looked at, and which older ones those of a cell are.
fn basis(today: &Today) -> String {
    let mut sentences = format!(
        "Looked at are the most urgent and the best fitting of the newest {NEWEST_MAX} leads and of those that did something last, and of all others the most urgent, those with a deal of a known value and those to look at again."
    );
    if today.order == TodayOrder::ExpectedValue {
        sentences += &format!(" {}", worth(today));
    }
    if today.order == TodayOrder::ExpectedValue && today.likelihood.is_none() {
        sentences += &format!(
            " The cell of a lead is the one that it was in at its last sign. An older lead counts in the cell that it came in, by the model of its day: the newest {OUTCOME_LEADS_MAX} that came more than {OUTCOME_DAYS} days ago are looked at, and of {} that is known. Where a cell has fewer than {OUTCOMES_MIN} of them, those of the same fit count, and where these are too few, all do.",
            format::count(today.outcomes.all().leads)
        );
    }
    sentences
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
            format!("{}, where of {older} thought as likely {seen} were won", format::share(rate))
        }
        ExpectedBy::Learned => format::share(rate),
        ExpectedBy::Cell => format!("{seen} of {older} older ones of its cell"),
        ExpectedBy::Fit => format!("{seen} of {older} older ones of its fit"),
        ExpectedBy::All => format!("{seen} of all {older} older ones"),
    };
    let fresh = format::share(lead.freshness);
    Some(match lead.deal_value.or(usual) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a value")]
        Some(deal) => format!(
            "{known} × {} × {fresh} fresh = {}",
            format::count(deal),
            format::count((rate * f64::from(deal) * lead.freshness).round() as u32)
        ),
        None => format!("{known} × {fresh} fresh"),
    })
}

#[component]
fn Row(page: Page, lead: TodayLead, usual: Option<u32>) -> impl IntoView {
    let value = value(&lead, usual);
    let TodayLead { lead, is_set_by_hand, phone, seen_at, reasons, woken, .. } = lead;
    let now = clock::now();
    let advice = lead.advice(now);
    let is_waiting = matches!(advice, Some(Advice::Answer { .. }));
    let advice = advice.map_or_else(
        || wording::stage(lead.stage).to_owned(),
        |one| wording::advice(one, lead.captured_at, now),
    );
    let (lead_id, tag) = (lead.id, format!("\"{}\"", lead.version));
    let answered = move |_| {
        let tag = tag.clone();
        spawn_local(async move {
            let change = LeadChange { answered: true, ..LeadChange::default() };
            let done = send_with(&UpdateLead { lead_id }, &change, &[("if-match", &tag)]).await;
            let failed = done.err();
            // Where somebody else has changed it meanwhile, the list says what is so now.
            let is_answered =
                !matches!(failed, Some(ClientError::Offline | ClientError::Malformed));
            page.failed.try_set(
                failed.map(|error| format!("Not marked as answered. {}", error.sentence())),
            );
            if is_answered {
                page.read_and_show().await;
            }
        });
    };
    let view = View { lead: Some(lead.id), ..View::default() };
    let name = [lead.name, lead.email].into_iter().find(|text| !text.is_empty());
    let name = name.unwrap_or_else(|| "No name".to_owned());
    let label = format!("Mark as answered: {name}");
    let reasons: Vec<_> = reasons
        .into_iter()
        .map(|reason| view! { <li>{reason.label}" "<strong>{format::signed(reason.points)}</strong></li> })
        .collect();
    let woken = woken.map(|rejection| {
        format!(
            "Look again: {} on {}.",
            wording::reject_reason(rejection.reason),
            format::local_date(rejection.at)
        )
    });
    let phone = phone.map(|phone| {
        let number: String = phone.chars().filter(|letter| !letter.is_whitespace()).collect();
        view! { " "<a href=format!("tel:{number}")><bdi>{phone}</bdi></a> }
    });
    view! {
        <li class="today__lead">
            <span><span class="cell" data-cell=lead.cell.as_str()>{lead.cell.as_str()}</span>
                {is_set_by_hand.then(|| view! { <span class="muted today__set">"by hand"</span> })}</span>
            <div class="today__who">
                <a href=view.path()><bdi>{name}</bdi></a>
                <span class="muted"><bdi>{lead.company}</bdi></span>
                {phone}
                {woken.map(|sentence| view! { <p>{sentence}</p> })}
                <ul class="plain today__why">{reasons}</ul>
            </div>
            <div class="today__what">
                <strong>{advice}</strong>
                {is_waiting.then(|| view! { <button class="button" aria-label=label on:click=answered>"Mark as answered"</button> })}
                <span class="muted">{value}</span>
                <span class="muted">{format!("last sign {}", format::ago(seen_at, clock::now()))}</span>
            </div>
        </li>
    }
}
