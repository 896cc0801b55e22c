//! The frame: where one is, where one can go, whether the feed is live where there is one, and the way out.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::Screens;
use super::live::{Connection, Feed};
use super::session::{SessionState, sign_out, use_session};
use super::ui::Mark;
use crate::browser;

/// The header of every screen. A link to what another program shows loads that program.
#[component]
pub fn Header(screens: Screens) -> impl IntoView {
    let session = use_session();
    let signed_in = move || matches!(session.get(), SessionState::Open(_));
    let feed = use_context::<Feed>();
    let path = use_location().pathname;
    let link = move |(href, label)| {
        let current = move || path.with(|path| path == href).then_some("page");
        let rel = screens(href).is_none().then_some("external");
        view! { <a href=href rel=rel aria-current=current>{label}</a> }
    };
    let home = screens("/today").is_none().then_some("external");
    view! {
        <header class="header">
            <a href="/today" rel=home class="header__name"><Mark />"Plumbline"</a>
            <Show when=signed_in>
                <nav class="header__nav" aria-label="Main">
                    {[("/today", "Today"), ("/leads", "Leads"), ("/overview", "Overview"), ("/scoring", "Scoring"), ("/import", "Import"), ("/duplicates", "Duplicates"), ("/clean", "Clean"), ("/data", "Data"), ("/quarantine", "Quarantine"), ("/settings", "Settings")].map(link).collect_view()}
                </nav>
                {feed.map(|feed| view! { <Status feed /> })}
            </Show>
            <span class="header__space"></span>
            <ThemeSwitch />
            <Show when=signed_in>
                <button class="button is-quiet" on:click=move |_| sign_out(session)>"Sign out"</button>
            </Show>
        </header>
    }
}

#[component]
fn Status(feed: Feed) -> impl IntoView {
    let status = move || match feed.connection.get() {
        Connection::Live => ("Live", "New leads appear by themselves"),
        Connection::Waiting => ("Connecting", "New leads appear once the connection is back"),
    };
    view! {
        <span class="header__status" data-live=move || (status().0 == "Live").to_string() title=move || status().1>
            {move || status().0}
        </span>
    }
}

#[component]
fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(browser::stored("theme").unwrap_or_default());
    let next = move || match theme.get().as_str() {
        "" => ("dark", "System"),
        "dark" => ("light", "Dark"),
        _ => ("", "Light"),
    };
    let switch = move |_| {
        let (value, _) = next();
        theme.set(value.to_owned());
        browser::store("theme", value);
        browser::set_root_attribute("data-theme", value);
    };
    view! {
        <button class="button is-quiet" title="Theme: system, dark or light" on:click=switch>
            <span class="hidden">"Theme: "</span>{move || next().1}
        </button>
    }
}
