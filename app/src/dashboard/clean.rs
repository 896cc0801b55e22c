//! List cleaning: a pasted list, judged domain by domain, that can be paused, resumed after a reload
//! and taken away.

mod list;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::checks::{CheckDomains, DOMAINS_MAX, DomainReport, DomainReportRequest};
use plumbline_domain::email::Verdict;
use plumbline_domain::time::Timestamp;

use super::chart::{Bar, Rows};
use super::client::send;
use super::format;
use super::turns::Turns;
use super::ui::{Badge, Card, Failed, Tone};
use super::wording;
use crate::browser::{self, BrowserUnicode, files};
use list::{ADDRESSES_MAX, CleanList, Judged, Outcome};

/// Requests under way at a time: as many connections as a browser opens to one host.
const REQUESTS_MAX: usize = 6;
/// Counting and keeping a long list take time of their own: each may have one part in so many.
const OWN_SHARE: i64 = 20;
/// How often they are done at most, in milliseconds.
const SHOWN_EVERY_MS: i64 = 300;
const KEPT_EVERY_MS: i64 = 3_000;
/// The most rows of the table; the file has them all.
const ROWS_SHOWN_MAX: usize = 200;
/// The longest text that is shown before it is checked, in bytes.
const LONG_BYTES: usize = 100_000;
/// The names under which an unfinished list is kept.
const KEPT_LIST: &str = "clean/list";
const KEPT_REPORTS: &str = "clean/reports";

/// Where the work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// Whether a list was kept is being looked up.
    Opening,
    /// Nothing was pasted yet.
    Empty,
    /// Domains are being looked at.
    Running,
    /// The owner paused it, or a reload did.
    Paused,
    /// Every domain was looked at.
    Done,
}

/// What is on the screen of a list; it changes a few times a second, however fast answers come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    entries: usize,
    left_out: usize,
    unread: usize,
    suggestions: usize,
    domains: usize,
    domains_open: usize,
    counts: [u32; Outcome::ALL.len()],
}

/// When something that takes time of its own is due again.
#[derive(Clone, Copy)]
struct Due {
    at: StoredValue<Timestamp>,
    every_ms: i64,
}

impl Due {
    fn every(every_ms: i64) -> Self {
        Self { at: StoredValue::new(Timestamp::default()), every_ms }
    }

    fn is_now(self) -> bool {
        browser::now() >= self.at.get_value()
    }

    /// Notes that it was done, begun at `since`.
    fn done(self, since: Timestamp) {
        let now = browser::now();
        let wait_ms = self.every_ms.max(now.since(since) * OWN_SHARE);
        self.at.set_value(Timestamp::from_ms(now.as_ms() + wait_ms));
    }
}

#[derive(Clone, Copy)]
struct Cleaning {
    list: StoredValue<CleanList>,
    run: RwSignal<Run>,
    shown: RwSignal<Shown>,
    failed: RwSignal<Option<String>>,
    turns: Turns,
    show_due: Due,
    keep_due: Due,
}

impl Cleaning {
    fn new() -> Self {
        Self {
            list: StoredValue::new(CleanList::default()),
            run: RwSignal::new(Run::Opening),
            shown: RwSignal::new(Shown::default()),
            failed: RwSignal::new(None),
            turns: Turns::new(),
            show_due: Due::every(SHOWN_EVERY_MS),
            keep_due: Due::every(KEPT_EVERY_MS),
        }
    }

    /// Takes up what an earlier visit left unfinished.
    async fn open(self) {
        let Some(text) = files::kept(KEPT_LIST).await else { return self.run.set(Run::Empty) };
        let mut list = read(&text).await;
        if let Some(kept) = files::kept(KEPT_REPORTS).await {
            list.take(serde_json::from_str::<Vec<DomainReport>>(&kept).unwrap_or_default());
        }
        let is_done = list.open_domains().is_empty();
        self.list.set_value(list);
        self.show();
        self.run.set(if is_done { Run::Done } else { Run::Paused });
    }

    async fn begin(self, text: String) {
        let list = read(&text).await;
        if list.len() == 0 {
            let sentence = "There is no address in that. Paste addresses, one or several on a line, or a table that has them in a column.";
            return self.failed.set(Some(sentence.to_owned()));
        }
        files::forget(KEPT_REPORTS).await;
        files::keep(KEPT_LIST, &text).await;
        self.list.set_value(list);
        self.go_on();
    }

    /// Takes every suggested correction, and looks at the domains that are new by it.
    async fn take_suggestions(self) {
        self.turns.next();
        self.list.update_value(|list| list.take_suggestions(&BrowserUnicode));
        files::keep(KEPT_LIST, &self.list.with_value(CleanList::text)).await;
        self.go_on();
    }

    /// Asks again about the domains that the resolver said nothing of.
    fn ask_unknown_again(self) {
        self.list.update_value(CleanList::ask_unknown_again);
        self.go_on();
    }

    /// Looks at the domains that are still open.
    fn go_on(self) {
        self.failed.set(None);
        self.run.set(Run::Running);
        self.show();
        let turn = self.turns.next();
        let mut open = self.list.with_value(CleanList::open_domains);
        open.reverse();
        let open = Rc::new(RefCell::new(open));
        for _ in 0..REQUESTS_MAX {
            spawn_local(self.look_at(turn, open.clone()));
        }
    }

    async fn look_at(self, turn: u32, open: Rc<RefCell<Vec<String>>>) {
        while self.run.get_untracked() == Run::Running {
            let domains: Vec<String> = {
                let mut open = open.borrow_mut();
                let rest = open.len().saturating_sub(DOMAINS_MAX);
                open.drain(rest..).rev().collect()
            };
            if domains.is_empty() {
                break;
            }
            let answer = send(&CheckDomains, &DomainReportRequest { domains }).await;
            if self.turns.is_over(turn) {
                return;
            }
            match answer {
                Ok(found) => self.list.update_value(|list| list.take(found.reports)),
                Err(error) => {
                    // What was under way is open still, and is asked again when the owner goes on.
                    self.failed.set(Some(error.sentence()));
                    self.run.set(Run::Paused);
                }
            }
            if self.show_due.is_now() {
                self.show();
            }
            if self.keep_due.is_now() {
                self.keep().await;
            }
            if self.turns.is_over(turn) {
                return;
            }
        }
        self.show();
        let is_done = self.shown.with_untracked(|shown| shown.domains_open == 0);
        if is_done && self.run.get_untracked() == Run::Running {
            self.run.set(Run::Done);
        }
        self.keep().await;
    }

    fn show(self) {
        let since = browser::now();
        let shown = self.list.with_value(|list| Shown {
            entries: list.len(),
            left_out: list.left_out,
            unread: list.unread,
            suggestions: list.suggestions(),
            domains: list.domains(),
            domains_open: list.domains().saturating_sub(list.reported()),
            counts: list.counts(),
        });
        self.shown.set(shown);
        self.show_due.done(since);
    }

    async fn keep(self) {
        let since = browser::now();
        // Whoever else comes along meanwhile need not do it as well.
        self.keep_due.done(since);
        let text = self.list.with_value(|list| serde_json::to_string(&list.reports()));
        files::keep(KEPT_REPORTS, &text.unwrap_or_default()).await;
        self.keep_due.done(since);
    }

    async fn start_over(self) {
        self.turns.next();
        self.run.set(Run::Empty);
        self.failed.set(None);
        self.list.set_value(CleanList::default());
        files::forget(KEPT_LIST).await;
        files::forget(KEPT_REPORTS).await;
    }
}

async fn read(text: &str) -> CleanList {
    let mut list = CleanList::read(text, &BrowserUnicode);
    list.set_roles(files::own("/lists/roles.txt").await);
    list
}

/// The screen that cleans lists.
#[component]
pub fn CleanPage() -> impl IntoView {
    let cleaning = Cleaning::new();
    spawn_local(cleaning.open());
    let run = cleaning.run;
    view! {
        <div class="settings">
            <h1>"Clean a list"</h1>
            <p class="muted">{format!("Up to {} addresses. Only their domains are looked up, each once; the list itself stays on this device. “Deliverable” says that a domain takes mail: whether a mailbox exists is not known until somebody writes to it.", format::count(ADDRESSES_MAX))}</p>
            <Failed sentence=cleaning.failed />
            {move || match run.get() {
                Run::Opening => ().into_any(),
                Run::Empty => view! { <Paste cleaning /> }.into_any(),
                Run::Running | Run::Paused | Run::Done => view! { <Progress cleaning /> }.into_any(),
            }}
            <Show when=move || !matches!(run.get(), Run::Opening | Run::Empty)><Findings cleaning /></Show>
        </div>
    }
}

#[component]
fn Paste(cleaning: Cleaning) -> impl IntoView {
    let text = RwSignal::new(String::new());
    // A text area takes half a minute to lay out a hundred thousand lines, so they never go there.
    let long = StoredValue::new(String::new());
    let long_lines = RwSignal::new(0);
    let take = move |found: String| {
        if found.len() > LONG_BYTES {
            text.set(String::new());
            long_lines.set(found.lines().count());
            long.set_value(found);
        } else {
            long_lines.set(0);
            text.set(found);
        }
    };
    let take_file = move |event: web_sys::Event| {
        event.prevent_default();
        spawn_local(async move {
            match files::of(&event).await {
                Some(Ok(file)) => take(file.text),
                Some(Err(problem)) => cleaning.failed.set(Some(problem)),
                None => {}
            }
        });
    };
    let paste = move |event: web_sys::ClipboardEvent| {
        let pasted = event.clipboard_data().and_then(|data| data.get_data("text").ok());
        if let Some(pasted) = pasted.filter(|pasted| pasted.len() > LONG_BYTES) {
            event.prevent_default();
            take(pasted);
        }
    };
    let check = move |_| {
        let typed = text.get_untracked();
        let whole = if typed.is_empty() { long.get_value() } else { typed };
        spawn_local(cleaning.begin(whole));
    };
    view! {
        <Card title="The list">
            <label class="field">
                <span>"Addresses"</span>
                <textarea class="input clean__text" rows="10" spellcheck="false" autocomplete="off"
                    placeholder="ada@example.com"
                    prop:value=text
                    on:input=move |event| take(event_target_value(&event))
                    on:paste=paste
                    on:dragover=move |event| event.prevent_default()
                    on:drop=move |event| take_file(event.into())></textarea>
            </label>
            <label class="field">
                <span>"Or a file with addresses: text, CSV or TSV"</span>
                <input class="input" type="file" accept=".csv,.tsv,.txt,text/plain,text/csv" on:change=take_file />
            </label>
            <p role="status">{move || (long_lines.get() > 0).then(|| format!("{} lines are ready, too many to show here.", format::count(long_lines.get())))}</p>
            <p><button class="button is-accent" on:click=check>"Check the list"</button></p>
        </Card>
    }
}

#[component]
fn Progress(cleaning: Cleaning) -> impl IntoView {
    let shown = cleaning.shown;
    let sentence = move || {
        shown.with(|shown| {
            let looked_at = shown.domains - shown.domains_open;
            let mut sentence = format!(
                "{} of {} checked, for {}.",
                format::count(looked_at),
                format::counted(shown.domains, "domain"),
                format::counted_as(shown.entries - shown.unread, "address", "addresses")
            );
            if shown.unread > 0 {
                let lines = format::counted_as(shown.unread, "entry", "entries");
                sentence.push_str(&format!(" {lines} could not be read as an address."));
            }
            if shown.left_out > 0 {
                let count = format::count(shown.left_out);
                sentence.push_str(&format!(" {count} more than fit were left out."));
            }
            sentence
        })
    };
    let value = move || shown.with(|shown| (shown.domains - shown.domains_open).to_string());
    let max = move || shown.with(|shown| shown.domains.max(1).to_string());
    let pause = move || view! { <button class="button" on:click=move |_| cleaning.run.set(Run::Paused)>"Pause"</button> };
    let go_on = move || view! { <button class="button is-accent" on:click=move |_| cleaning.go_on()>"Go on"</button> };
    let button = move || match cleaning.run.get() {
        Run::Running => pause().into_any(),
        Run::Paused => go_on().into_any(),
        _ => ().into_any(),
    };
    view! {
        <p role="status">{sentence}</p>
        <progress class="clean__progress" aria-label="Domains looked at" max=max value=value></progress>
        <p>{button}" "<button class="button is-quiet" on:click=move |_| spawn_local(cleaning.start_over())>"Start over with another list"</button></p>
    }
}

#[component]
fn Findings(cleaning: Cleaning) -> impl IntoView {
    let chosen = RwSignal::new(None::<Outcome>);
    let present = move || {
        let counts = cleaning.shown.with(|shown| shown.counts);
        Outcome::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0)
    };
    let bars = move || {
        let all: u32 = cleaning.shown.with(|shown| shown.counts.iter().sum());
        present()
            .map(|(outcome, count)| Bar {
                label: outcome_word(outcome).to_owned(),
                count,
                note: percent(count, all),
            })
            .collect::<Vec<_>>()
    };
    let options = move || {
        present()
            .map(|(outcome, _)| view! { <option value=outcome.as_str()>{outcome_word(outcome)}</option> })
            .collect_view()
    };
    let choose = move |event| {
        let value = event_target_value(&event);
        chosen.set(Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == value));
    };
    let rows = move || {
        cleaning.shown.track();
        cleaning.list.with_value(|list| {
            let wanted = |judged: &Judged<'_>| chosen.get().is_none_or(|one| one == judged.outcome);
            list.judged()
                .filter(wanted)
                .take(ROWS_SHOWN_MAX)
                .map(|judged| row(&judged))
                .collect_view()
        })
    };
    let unknown = move || {
        let place = Outcome::ALL.iter().position(|one| *one == Outcome::Judged(Verdict::Unknown));
        let counts = cleaning.shown.with(|shown| shown.counts);
        place.and_then(|place| counts.get(place).copied()).unwrap_or(0)
    };
    let is_over = move || matches!(cleaning.run.get(), Run::Done | Run::Paused);
    let unknown_again = move || {
        (is_over() && unknown() > 0).then(|| view! {
            <p role="status">{format!("The resolver gave no answer for {} of these. ", format::count(unknown()))}
                <button class="button" on:click=move |_| cleaning.ask_unknown_again()>"Check these again"</button></p>
        })
    };
    let corrections = move || {
        let count = cleaning.shown.with(|shown| shown.suggestions);
        (is_over() && count > 0).then(|| view! {
            <button class="button" on:click=move |_| spawn_local(cleaning.take_suggestions())>{format!("Fix {}", format::counted(count, "typo"))}</button>
        })
    };
    let good: fn(Outcome) -> bool = |outcome| outcome == Outcome::Judged(Verdict::Deliverable);
    let not_bad: fn(Outcome) -> bool =
        |outcome| matches!(outcome, Outcome::Judged(verdict) if verdict != Verdict::Undeliverable);
    let counted = move |wanted: fn(Outcome) -> bool| -> u32 {
        present().filter(|(outcome, _)| wanted(*outcome)).map(|(_, count)| count).sum()
    };
    let save = move |name: &'static str, wanted: fn(Outcome) -> bool| {
        let text = cleaning.list.with_value(|list| list.export(wanted));
        files::download(name, "text/csv", &text);
    };
    view! {
        <Card title="What was found">
            {move || view! { <Rows title="Lines by verdict" bars=bars() /> }}
            <p class="clean__files">
                {corrections}
                <button class="button" disabled=move || counted(good) == 0 on:click=move |_| save("deliverable.csv", good)>{move || format!("Save {} deliverable", format::count(counted(good)))}</button>
                <button class="button" disabled=move || counted(not_bad) == 0 on:click=move |_| save("not-undeliverable.csv", not_bad)>{move || format!("Save {} not undeliverable", format::count(counted(not_bad)))}</button>
                <button class="button" on:click=move |_| save("checked.csv", |_| true)>"Save all"</button>
            </p>
            {unknown_again}
            <label class="clean__show">
                <span>"Show"</span>
                <select class="input" on:change=choose><option value="">"Every line"</option>{options}</select>
            </label>
            <div class="clean__table" tabindex="0" role="region" aria-label="Lines of the list">
                <table class="table">
                    <thead><tr><th scope="col">"Address"</th><th scope="col">"Verdict"</th><th scope="col">"Why"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="muted">{format!("The first {ROWS_SHOWN_MAX} lines are shown; the files have them all.")}</p>
        </Card>
    }
}

fn row(judged: &Judged<'_>) -> impl IntoView + use<> {
    let why: Vec<&str> = judged.reasons.iter().map(|reason| wording::reason(*reason)).collect();
    let meant = judged.suggestion.as_ref().map(|meant| format!(" Perhaps {meant} was meant."));
    let provider = judged.provider.filter(|name| *name != "other");
    let provider = provider.map(|name| format!(" Mail by {}.", name.replace('_', " ")));
    view! {
        <tr>
            <th scope="row"><bdi>{judged.raw.to_owned()}</bdi></th>
            <td><Badge text=outcome_word(judged.outcome) tone=outcome_tone(judged.outcome) /></td>
            <td>{why.join(" ")}<bdi>{meant}</bdi>{provider}</td>
        </tr>
    }
}

const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Judged(verdict) => wording::verdict(verdict).0,
        Outcome::NotAnAddress => "Not an address",
        Outcome::Repeated => "Duplicate",
        Outcome::Waiting => "Waiting",
    }
}

const fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Judged(verdict) => wording::verdict(verdict).1,
        Outcome::NotAnAddress => Tone::Bad,
        Outcome::Repeated | Outcome::Waiting => Tone::Plain,
    }
}

/// A whole number of per cent; what is there and rounds to nothing is said to be less than one.
fn percent(part: u32, whole: u32) -> String {
    match (u64::from(part) * 100 + u64::from(whole) / 2) / u64::from(whole.max(1)) {
        0 => "< 1 %".to_owned(),
        share => format!("{share} %"),
    }
}
