//! Search, filters and order of the list.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use plumbline_api::leads::{LeadFilter, LeadSort};
use plumbline_domain::attribution::Source;
use plumbline_domain::lead::Stage;
use plumbline_domain::scoring::Cell;

use super::view::View;
use crate::browser;
use crate::dashboard::wording;

/// How long typing has to pause before it is searched for, in milliseconds.
const PAUSE_MS: u32 = 150;

/// The bar above the list. `/` goes to the search from anywhere.
#[component]
pub fn FilterBar(
    /// The present view.
    view: Memo<View>,
    /// Goes to another.
    set_view: Callback<View>,
) -> impl IntoView {
    let pause = StoredValue::new_local(None::<Timeout>);
    let change = move |edit: &dyn Fn(&mut LeadFilter)| {
        let mut next = view.get_untracked();
        edit(&mut next.filter);
        set_view.run(next);
    };
    let search = move |event| {
        let words = event_target_value(&event);
        let later = Timeout::new(PAUSE_MS, move || change(&|filter| filter.words = words.clone()));
        // Dropping the one before cancels it.
        pause.set_value(Some(later));
    };
    let sort = move |event| {
        let sort = LeadSort::parse(&event_target_value(&event)).unwrap_or_default();
        set_view.run(View { sort, ..view.get_untracked() });
    };
    let slash = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "/"
            && !browser::is_typing(&event)
            && !event.ctrl_key()
            && !event.meta_key()
        {
            event.prevent_default();
            browser::focus("#search");
        }
    });
    on_cleanup(move || slash.remove());

    let searching = move || view.with(|view| !view.filter.words.trim().is_empty());
    let stages = Stage::ALL.map(|stage| (stage.as_str(), wording::stage(stage)));
    let cells = Cell::ALL.map(|cell| (cell.as_str(), cell.as_str()));
    let sources = Source::ALL.map(|source| (source.as_str(), wording::source(source)));
    view! {
        <form class="filters" role="search" on:submit=|event| event.prevent_default()>
            <input id="search" class="input filters__search" type="search" aria-label="Search leads" aria-keyshortcuts="/"
                placeholder="Search" autocomplete="off" prop:value=move || view.with(|view| view.filter.words.clone()) on:input=search />
            <Choice label="Stage" options=stages.to_vec() value=Signal::derive(move || view.with(|v| v.filter.stage.map(Stage::as_str)))
                on_pick=Callback::new(move |text: String| change(&|filter| filter.stage = Stage::parse(&text))) />
            <Choice label="Score" options=cells.to_vec() value=Signal::derive(move || view.with(|v| v.filter.cell.map(Cell::as_str)))
                on_pick=Callback::new(move |text: String| change(&|filter| filter.cell = Cell::parse(&text))) />
            <Choice label="Source" options=sources.to_vec() value=Signal::derive(move || view.with(|v| v.filter.source.map(Source::as_str)))
                on_pick=Callback::new(move |text: String| change(&|filter| filter.source = Source::parse(&text))) />
            <select class="input" aria-label="Sort" on:change=sort prop:disabled=searching
                title=move || if searching() { "A search is always newest first" } else { "Sort" }>
                <option value="newest" selected=move || view.with(|v| v.sort == LeadSort::Newest)>"Newest first"</option>
                <option value="priority" selected=move || view.with(|v| v.sort == LeadSort::Priority)>"Most urgent first"</option>
            </select>
            <a class="button" rel="external" href=move || view.with(View::export_path)>"Export"</a>
        </form>
    }
}

#[component]
fn Choice(
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    value: Signal<Option<&'static str>>,
    on_pick: Callback<String>,
) -> impl IntoView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(option, text)| view! { <option value=option selected=move || value.get() == Some(option)>{text}</option> })
        .collect();
    view! {
        <select class="input" class:is-set=move || value.get().is_some() aria-label=label
            on:change=move |event| on_pick.run(event_target_value(&event))>
            <option value="" selected=move || value.get().is_none()>{format!("{label}: all")}</option>
            {options}
        </select>
    }
}
