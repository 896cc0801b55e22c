//! The dashboard: one page. Filters, sort and the open lead live in the URL, so a link restores
//! the view.

mod chart;
mod client;
mod design;
mod format;
mod header;
mod lead_list;
mod lead_panel;
mod leads;
mod live;
mod overview;
mod quarantine;
mod score_waterfall;
mod session;
mod settings;
mod sign_in;
mod ui;
mod wording;

use leptos::mount::mount_to_body;
use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;

use design::Design;
use header::Header;
use leads::Leads;
use overview::OverviewPage;
use quarantine::QuarantinePage;
use session::{SessionState, provide_session, use_session};
use settings::Settings;
use sign_in::SignIn;

/// Mounts the dashboard on the document's body.
pub fn mount() {
    mount_to_body(Dashboard);
}

/// Mounts the design page, which needs no session.
pub fn mount_design() {
    mount_to_body(|| view! { <main id="content" class="page"><Design /></main> });
}

#[component]
fn Dashboard() -> impl IntoView {
    provide_session();
    live::provide_feed();
    view! {
        <Router>
            <a class="skip" href="#content">"Skip to the content"</a>
            <Header />
            <main id="content" class="page" tabindex="-1"><Screen /></main>
        </Router>
    }
}

/// The screen that the address names. Six flat paths need no route table.
#[component]
fn Screen() -> impl IntoView {
    let session = use_session();
    let path = use_location().pathname;
    let signed_in = Memo::new(move |_| match session.get() {
        SessionState::Unknown => None,
        SessionState::Open(_) => Some(true),
        SessionState::Closed => Some(false),
    });
    move || {
        let path = path.get();
        match path.as_str() {
            "/sign-in" => return view! { <SignIn /> }.into_any(),
            "/" | "/leads" | "/overview" | "/quarantine" | "/settings" => {}
            _ => {
                let title = "There is no such page";
                return view! { <ui::Empty title text="The link may be old." /> }.into_any();
            }
        }
        match (signed_in.get(), path.as_str()) {
            (None, _) => view! { <ui::Loading what="your session" /> }.into_any(),
            (Some(false), _) => view! { <SignIn /> }.into_any(),
            (Some(true), "/overview") => view! { <OverviewPage /> }.into_any(),
            (Some(true), "/quarantine") => view! { <QuarantinePage /> }.into_any(),
            (Some(true), "/settings") => view! { <Settings /> }.into_any(),
            (Some(true), _) => view! { <Leads /> }.into_any(),
        }
    }
}
