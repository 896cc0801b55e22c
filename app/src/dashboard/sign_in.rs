//! The way in: a one-time link, and no password to lose.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::session::{SessionState, sign_in, use_session};
use super::ui::{Failure, Loading, Mark};
use crate::browser;

/// The sign-in screen. A link's token stands after the `#`, which no server log ever sees.
#[component]
pub fn SignIn() -> impl IntoView {
    let session = use_session();
    let failed = RwSignal::new(None::<String>);
    let token = browser::take_fragment();
    let has_token = !token.is_empty();
    let navigate = StoredValue::new_local(use_navigate());

    if has_token {
        spawn_local(async move {
            if let Err(error) = sign_in(token, session).await {
                failed.set(Some(error.sentence()));
            }
        });
    }
    Effect::new(move |_| {
        let here = browser::path() == "/sign-in";
        if here && matches!(session.get(), SessionState::Open(_)) {
            navigate.with_value(|navigate| {
                navigate("/today", NavigateOptions { replace: true, ..Default::default() });
            });
        }
    });

    view! {
        <section class="sign-in">
            <Mark />
            <h1>"Sign in"</h1>
            {move || match (failed.get(), has_token) {
                (Some(sentence), _) => view! { <Failure sentence /> }.into_any(),
                (None, true) => view! { <Loading what="your leads" /> }.into_any(),
                (None, false) => ().into_any(),
            }}
            <p>"Plumbline opens with a link that works once. The command that started it printed one; this makes another:"</p>
            <pre class="code" tabindex="0">"cargo xtask sign-in-link"</pre>
            <p class="muted">"A link is good for 24 hours, and the session it opens for 12. Signing out ends it at once, everywhere."</p>
        </section>
    }
}
