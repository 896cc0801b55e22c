//! The leads: filtered, sorted and searched; as many as there are, drawn as many as fit.

mod filter_bar;
mod view;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::leads::{LeadSort, ListLeads, PAGE_LEADS_MAX};
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::LeadSummary;

use super::client::{ClientError, send};
use super::lead_list::{Arrival, LeadList, effective_sort};
use super::lead_panel::LeadPanel;
use super::live::{Inbox, use_feed};
use super::session::{SessionState, use_session};
use super::ui::{Badge, Empty, Failure, Loading};
use super::wording;
use super::{clock, format};
use crate::browser;
use filter_bar::FilterBar;
pub use view::{View, use_view};

/// The height of a row in pixels; the style sheet has the same.
const ROW_PX: usize = 56;
/// How many rows are drawn above and below what is seen.
const OVERSCAN: usize = 8;
/// How many rows before the end the next page is read.
const AHEAD: usize = 40;

/// Where reading stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    Busy,
    Done,
    Failed(ClientError),
}

/// What stands below the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Grid,
    /// There are no rows, and this is why.
    Instead(Reading),
}

#[derive(Clone, Copy)]
struct Book {
    list: RwSignal<LeadList>,
    reading: RwSignal<Reading>,
    /// Counts views; an answer to an older one is dropped.
    generation: StoredValue<u32>,
    view: Memo<View>,
}

impl Book {
    fn restart(self) {
        self.generation.update_value(|generation| *generation += 1);
        self.list.set(LeadList::default());
        self.reading.set(Reading::Done);
        self.read_on();
    }

    /// Reads the next page, if there is one and none is on its way.
    fn read_on(self) {
        if self.reading.get_untracked() == Reading::Busy {
            return;
        }
        self.reading.set(Reading::Busy);
        let generation = self.generation.get_value();
        let View { filter, sort, .. } = self.view.get_untracked();
        let sort = effective_sort(&filter, sort);
        let cursor = self.list.with_untracked(|list| list.next_cursor().map(str::to_owned));
        spawn_local(async move {
            let page =
                send(&ListLeads { filter, sort, cursor, limit: PAGE_LEADS_MAX }, &NoBody {}).await;
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match page {
                Ok(page) => {
                    // A filtered page may be empty and still go on.
                    let go_on = page.leads.is_empty() && page.next_cursor.is_some();
                    self.list.update(|list| list.append(page));
                    self.reading.set(Reading::Done);
                    if go_on {
                        self.read_on();
                    }
                }
                Err(error) => self.reading.set(Reading::Failed(error)),
            }
        });
    }
}

/// The leads screen.
#[component]
pub fn Leads() -> impl IntoView {
    let (view, set_view) = use_view();
    let feed = use_feed();
    let session = use_session();
    let book = Book {
        list: RwSignal::default(),
        reading: RwSignal::new(Reading::Done),
        generation: StoredValue::new(0),
        view,
    };
    let read = StoredValue::new(feed.inbox.with_untracked(Inbox::arrived));
    let pointed = RwSignal::new(false);
    let scroll_top = RwSignal::new(0_usize);
    let asked = Memo::new(move |_| view.with(|view| (view.filter.clone(), view.sort)));

    Effect::new(move |_| {
        // A memo that nobody reads is never computed, so tracking it alone would follow nothing.
        asked.get();
        scroll_top.set(0);
        book.restart();
    });
    Effect::new(move |before: Option<u32>| {
        // After a connection was lost, what was missed is read again; the first is no loss.
        let count = feed.connected.get();
        if before.is_some_and(|before| before > 0 && count > before) {
            book.restart();
        }
        count
    });
    Effect::new(move |_| {
        let messages = feed.inbox.with(|inbox| inbox.since(read.get_value()).to_vec());
        read.update_value(|read| *read += messages.len());
        if messages.is_empty() {
            return;
        }
        let seen = pointed.get_untracked() || scroll_top.get_untracked() > 0;
        let sorted = view.with_untracked(|view| view.sort == LeadSort::Priority);
        let arrival = if seen || sorted { Arrival::Hold } else { Arrival::Show };
        let filter = view.with_untracked(|view| view.filter.clone());
        book.list.update(|list| {
            for message in messages {
                list.apply(message, &filter, arrival);
            }
        });
    });
    Effect::new(move |_| {
        if let Reading::Failed(error) = book.reading.get()
            && error.is_unauthorized()
        {
            session.set(SessionState::Closed);
        }
    });

    let open = Callback::new(move |id: Option<LeadId>| {
        set_view.run(View { lead: id, ..view.get_untracked() })
    });
    let open_lead = Memo::new(move |_| view.with(|view| view.lead));
    let changed =
        Callback::new(move |lead: LeadSummary| book.list.update(|list| list.replace(lead)));

    view! {
        <div class="leads" class:has-panel=move || open_lead.get().is_some()>
            <h1 class="hidden">"Leads"</h1>
            <div class="leads__list">
                <FilterBar view set_view />
                <Waiting book />
                <Rows book open open_lead pointed scroll_top />
            </div>
            {move || open_lead.get().map(|id| view! { <LeadPanel id on_close=move || close(open) on_change=changed /> })}
        </div>
    }
}

/// Closes the panel; the focus goes back to where it came from.
fn close(open: Callback<Option<LeadId>>) {
    open.run(None);
    request_animation_frame(|| browser::focus("[data-row][tabindex='0']"));
}

/// Says how many new leads wait, and shows them on request.
#[component]
fn Waiting(book: Book) -> impl IntoView {
    let count = Memo::new(move |_| book.list.with(LeadList::waiting_count));
    let label = move || {
        if count.get() == 1 {
            "1 new lead".to_owned()
        } else {
            format!("{} new leads", count.get())
        }
    };
    let by_priority = move || book.view.with(|view| view.sort == LeadSort::Priority);
    let show = move |_| {
        if by_priority() { book.restart() } else { book.list.update(LeadList::show_waiting) }
    };
    view! {
        <div class="leads__waiting" role="status">
            <Show when=move || count.get().gt(&0)>
                <button class="button is-accent" on:click=show>{label}</button>
            </Show>
        </div>
    }
}

/// The rows: only those in sight are in the document.
#[component]
fn Rows(
    book: Book,
    open: Callback<Option<LeadId>>,
    open_lead: Memo<Option<LeadId>>,
    pointed: RwSignal<bool>,
    scroll_top: RwSignal<usize>,
) -> impl IntoView {
    let scroller = NodeRef::<leptos::html::Div>::new();
    let height = RwSignal::new(800_usize);
    let active = RwSignal::new(0_usize);
    let total = Memo::new(move |_| book.list.with(|list| list.rows().len()));
    let window = Memo::new(move |_| {
        let first = (scroll_top.get() / ROW_PX).saturating_sub(OVERSCAN);
        let last = ((scroll_top.get() + height.get()) / ROW_PX + OVERSCAN).min(total.get());
        (first.min(last), last)
    });
    let visible = move || {
        let (first, last) = window.get();
        book.list.with(|list| {
            let rows = list.rows().get(first..last).unwrap_or_default().iter().cloned();
            (first..last).zip(rows).collect::<Vec<_>>()
        })
    };

    let measure = move || {
        if let Some(element) = scroller.get_untracked() {
            scroll_top.set(usize::try_from(element.scroll_top()).unwrap_or(0));
            height.set(usize::try_from(element.client_height()).unwrap_or(800));
        }
    };
    Effect::new(move |_| {
        if scroller.get().is_some() {
            measure();
        }
    });
    Effect::new(move |_| {
        let more = book.list.with(|list| list.next_cursor().is_some());
        if more && window.get().1 + AHEAD >= total.get() && book.reading.get() == Reading::Done {
            book.read_on();
        }
    });

    let go = move |index: usize| {
        let index = index.min(total.get_untracked().saturating_sub(1));
        active.set(index);
        if let Some(element) = scroller.get_untracked() {
            let (top, bottom) = (index * ROW_PX, (index + 1) * ROW_PX);
            let seen = scroll_top.get_untracked();
            let target = if top < seen {
                Some(top)
            } else if bottom > seen + height.get_untracked() {
                Some(bottom - height.get_untracked())
            } else {
                None
            };
            if let Some(target) = target {
                element.set_scroll_top(i32::try_from(target).unwrap_or(i32::MAX));
                measure();
            }
        }
        request_animation_frame(move || browser::focus(&format!("[data-row='{index}']")));
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let page = (height.get_untracked() / ROW_PX).max(1);
        let at = active.get_untracked();
        let target = match event.key().as_str() {
            "ArrowDown" | "j" => at + 1,
            "ArrowUp" | "k" => at.saturating_sub(1),
            "PageDown" => at + page,
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => usize::MAX,
            "Enter" => {
                let id = book.list.with_untracked(|list| list.rows().get(at).map(|lead| lead.id));
                open.run(id);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        go(target);
    };

    // The grid stays while it reads on: only another kind of content replaces it.
    let content = Memo::new(move |_| match (total.get(), book.reading.get()) {
        (0, reading) => Content::Instead(reading),
        _ => Content::Grid,
    });

    move || {
        match content.get() {
        Content::Instead(Reading::Busy) => view! { <Loading what="leads" /> }.into_any(),
        Content::Instead(Reading::Failed(error)) => {
            view! { <Failure sentence=error.sentence() retry=move || book.restart() /> }.into_any()
        }
        Content::Instead(Reading::Done) if book.view.with(|view| view.filter.is_empty()) => view! {
            <Empty title="No leads yet" text="Each one appears here within two seconds of being sent. Fill the demo form to see it happen.">
                <a class="button is-accent" href="/demo" rel="external">"Open the demo page"</a>
            </Empty>
        }
        .into_any(),
        Content::Instead(Reading::Done) => view! {
            <Empty title="Nothing matches" text="Take a filter away, or search for the start of a name, address, company or phone number." />
        }
        .into_any(),
        Content::Grid => view! {
            <div class="grid" role="grid" aria-label="Leads" aria-rowcount=move || (total.get() + 1).to_string()
                on:pointerenter=move |_| pointed.set(true) on:pointerleave=move |_| pointed.set(false)
                on:focusin=move |_| pointed.set(true) on:focusout=move |_| pointed.set(false)>
                <div class="grid__head" role="row" aria-rowindex="1">
                    <span role="columnheader">"Lead"</span>
                    <span role="columnheader">"Score"</span>
                    <span role="columnheader">"Stage"</span>
                    <span role="columnheader">"Source"</span>
                    <span role="columnheader">"Captured"</span>
                </div>
                <div class="grid__scroller" role="rowgroup" node_ref=scroller on:scroll=move |_| measure() on:keydown=on_key>
                    <div class="grid__space" role="presentation" style:height=move || format!("{}px", total.get() * ROW_PX)>
                        <For each=visible key=|(index, lead)| (*index, lead.id, lead.version) let((index, lead))>
                            <Row index lead active open open_lead />
                        </For>
                    </div>
                </div>
                {move || match book.reading.get() {
                    Reading::Failed(error) => view! { <Failure sentence=error.sentence() retry=move || book.read_on() /> }.into_any(),
                    _ => ().into_any(),
                }}
            </div>
        }
        .into_any(),
    }
    }
}

/// One lead in the list.
#[component]
fn Row(
    index: usize,
    lead: LeadSummary,
    active: RwSignal<usize>,
    open: Callback<Option<LeadId>>,
    open_lead: Memo<Option<LeadId>>,
) -> impl IntoView {
    let id = lead.id;
    let now = clock::now();
    let advice = lead.advice(now).map(|one| wording::advice(one, lead.captured_at, now));
    let name = if lead.name.is_empty() { "No name".to_owned() } else { lead.name };
    let about = match (lead.company.as_str(), lead.email.as_str()) {
        ("", email) => email.to_owned(),
        (company, email) => format!("{company} · {email}"),
    };
    let cell = lead.cell.as_str();
    view! {
        <div class="lead-row" role="row" data-row=index.to_string() aria-rowindex=(index + 2).to_string()
            aria-selected=move || (open_lead.get() == Some(id)).to_string()
            tabindex=move || if active.get() == index { "0" } else { "-1" }
            style:transform=format!("translateY({}px)", index * ROW_PX)
            on:focus=move |_| active.set(index)
            on:click=move |_| { active.set(index); open.run(Some(id)) }>
            <span class="lead-row__who" role="gridcell">
                <bdi class="lead-row__name">{name}</bdi>
                <bdi class="lead-row__about">{about}</bdi>
            </span>
            <span class="lead-row__score" role="gridcell" title=advice>
                <span class="cell" data-cell=cell>{cell}</span>
                <span class="lead-row__points">{lead.fit}" / "{lead.engagement}</span>
            </span>
            <span class="lead-row__stage" role="gridcell"><Badge text=wording::stage(lead.stage) /></span>
            <span class="lead-row__source" role="gridcell">{wording::source(lead.source)}</span>
            <time class="lead-row__time" role="gridcell" title=format::local_time(lead.captured_at)>
                {format::ago(lead.captured_at, clock::now())}
            </time>
        </div>
    }
}
