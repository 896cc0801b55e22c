//! The dashboard: four programs over the same parts, the screens of every day, the book, the scoring
//! studio and the workshop.
//! Filters, sort and the open lead live in the URL, so a link restores the view.

mod chart;
mod clean;
mod client;
mod clock;
mod data;
mod design;
mod duplicates;
mod format;
mod header;
mod health;
mod import;
mod lead_list;
mod lead_panel;
mod leads;
mod live;
mod matrix;
mod overview;
mod quarantine;
mod score_waterfall;
mod session;
mod settings;
mod sign_in;
mod studio;
mod today;
mod turns;
mod ui;
mod wording;

use leptos::mount::mount_to_body;
use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider as _};

use clean::CleanPage;
use data::DataPage;
use design::Design;
use duplicates::DuplicatesPage;
use header::Header;
use import::ImportPage;
use leads::Leads;
use overview::OverviewPage;
use quarantine::QuarantinePage;
use session::{SessionState, provide_session, use_session};
use settings::Settings;
use sign_in::SignIn;
use studio::StudioPage;
use today::TodayPage;

/// Mounts the screens of every day on the document's body.
pub fn mount() {
    mount_to_body(|| view! { <Frame screens=every_day feed=live::provide_feed /> });
}

/// Mounts the book: what works on leads by the file.
pub fn mount_book() {
    mount_to_body(|| view! { <Frame screens=book /> });
}

/// Mounts the scoring studio.
pub fn mount_studio() {
    mount_to_body(|| view! { <Frame screens=studio /> });
}

/// Mounts the workshop: what the owner does now and then.
pub fn mount_workshop() {
    mount_to_body(|| view! { <Frame screens=workshop /> });
}

/// Mounts the design page, which needs no session.
pub fn mount_design() {
    mount_to_body(|| view! { <main id="content" class="page"><Design /></main> });
}

/// What a program shows at a path; `None` where it has nothing.
type Screens = fn(&str) -> Option<fn() -> AnyView>;

fn every_day(path: &str) -> Option<fn() -> AnyView> {
    match path {
        "/" | "/today" => Some(|| view! { <TodayPage /> }.into_any()),
        "/leads" => Some(|| view! { <Leads /> }.into_any()),
        "/overview" => Some(|| view! { <OverviewPage /> }.into_any()),
        _ => None,
    }
}

fn book(path: &str) -> Option<fn() -> AnyView> {
    match path {
        "/import" => Some(|| view! { <ImportPage /> }.into_any()),
        "/duplicates" => Some(|| view! { <DuplicatesPage /> }.into_any()),
        _ => None,
    }
}

fn studio(path: &str) -> Option<fn() -> AnyView> {
    (path == "/scoring").then_some(|| view! { <StudioPage /> }.into_any())
}

fn workshop(path: &str) -> Option<fn() -> AnyView> {
    match path {
        "/data" => Some(|| view! { <DataPage /> }.into_any()),
        "/clean" => Some(|| view! { <CleanPage /> }.into_any()),
        "/quarantine" => Some(|| view! { <QuarantinePage /> }.into_any()),
        "/settings" => Some(|| view! { <Settings /> }.into_any()),
        _ => None,
    }
}

/// What surrounds every screen. Only screens that show what the feed says connect to it.
#[component]
fn Frame(screens: Screens, #[prop(optional)] feed: Option<fn()>) -> impl IntoView {
    provide_session();
    if let Some(provide_feed) = feed {
        provide_feed();
    }
    view! {
        <Router>
            <a class="skip" href="#content">"Skip to the content"</a>
            <Header screens />
            <main id="content" class="page" tabindex="-1"><Screen screens /></main>
        </Router>
    }
}

/// What a screen has to know of the session.
#[derive(Clone, PartialEq, Eq)]
enum Standing {
    Unknown,
    Open,
    Closed,
    /// Why the server cannot say.
    Unreachable(String),
}

/// The screen that the address names. A few flat paths need no route table.
#[component]
fn Screen(screens: Screens) -> impl IntoView {
    let session = use_session();
    let path = use_location().pathname;
    // The screen is drawn again only if the session has changed.
    let standing = Memo::new(move |_| match session.get() {
        SessionState::Unknown => Standing::Unknown,
        SessionState::Open(_) => Standing::Open,
        SessionState::Closed => Standing::Closed,
        SessionState::Unreachable(error) => Standing::Unreachable(error.sentence()),
    });
    // The router writes an address into the history once its screen is ready. A route table would say so;
    // here every screen is ready at once.
    Effect::new(move |_| {
        path.track();
        if let Some(browser) = use_context::<BrowserUrl>() {
            browser.ready_to_complete();
        }
    });
    Effect::new(move |_| {
        let path = path.get();
        let name = path.trim_matches('/').replace('-', " ");
        let name = if name.is_empty() { "today".to_owned() } else { name };
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        crate::browser::set_title(&format!(
            "{}{} – Plumbline",
            first.unwrap_or_default(),
            letters.as_str()
        ));
    });
    move || {
        let path = path.get();
        if path == "/sign-in" {
            return view! { <SignIn /> }.into_any();
        }
        let Some(screen) = screens(&path) else {
            let title = "There is no such page";
            return view! { <ui::Empty title text="The link may be old." /> }.into_any();
        };
        match standing.get() {
            Standing::Unknown => view! { <ui::Loading what="your session" /> }.into_any(),
            Standing::Closed => view! { <SignIn /> }.into_any(),
            Standing::Open => screen(),
            Standing::Unreachable(why) => view! {
                <ui::Empty title="The server cannot be reached" text=format!("{why} This page tries again by itself.") />
            }
            .into_any(),
        }
    }
}
