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
mod score_waterfall;
mod session;
mod settings;
mod sign_in;
mod ui;
mod wording;

use leptos::mount::mount_to_body;
use leptos::prelude::*;
use leptos_router::components::{Redirect, Route, Router, Routes};
use leptos_router::path;

use design::Design;
use header::Header;
use leads::Leads;
use overview::OverviewPage;
use session::{SessionState, provide_session, use_session};
use settings::Settings;
use sign_in::SignIn;

/// Mounts the dashboard on the document's body.
pub fn mount() {
    mount_to_body(Dashboard);
}

#[component]
fn Dashboard() -> impl IntoView {
    provide_session();
    live::provide_feed();
    view! {
        <Router>
            <a class="skip" href="#content">"Skip to the content"</a>
            <Header />
            <main id="content" class="page" tabindex="-1">
                <Routes fallback=|| view! { <ui::Empty title="There is no such page" text="The link may be old." /> }>
                    <Route path=path!("/") view=|| view! { <Redirect path="/leads" /> } />
                    <Route path=path!("/overview") view=|| view! { <SignedIn><OverviewPage /></SignedIn> } />
                    <Route path=path!("/leads") view=|| view! { <SignedIn><Leads /></SignedIn> } />
                    <Route path=path!("/settings") view=|| view! { <SignedIn><Settings /></SignedIn> } />
                    <Route path=path!("/sign-in") view=SignIn />
                    <Route path=path!("/design") view=Design />
                </Routes>
            </main>
        </Router>
    }
}

/// Shows its children to whom is signed in, and the way in to everybody else.
#[component]
fn SignedIn(children: ChildrenFn) -> impl IntoView {
    let session = use_session();
    move || match session.get() {
        SessionState::Unknown => view! { <ui::Loading what="your session" /> }.into_any(),
        SessionState::Open(_) => children().into_any(),
        SessionState::Closed => view! { <SignIn /> }.into_any(),
    }
}
