//! Whether somebody is signed in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::sessions::{CloseSession, FindSession, OpenSession, Session, SessionRequest};

use super::client::{ClientError, send, tell};

/// What is known about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// The server was not heard yet.
    Unknown,
    /// Somebody is signed in.
    Open(Session),
    /// Nobody is.
    Closed,
}

#[derive(Clone, Copy)]
struct SessionContext(RwSignal<SessionState>);

/// Provides the session to the page, asking the server once.
pub fn provide_session() {
    let state = RwSignal::new(SessionState::Unknown);
    provide_context(SessionContext(state));
    spawn_local(async move {
        let found = send(&FindSession, &NoBody {}).await;
        // A sign-in that was quicker than the question knows better.
        if state.get_untracked() == SessionState::Unknown {
            state.set(found.map_or(SessionState::Closed, SessionState::Open));
        }
    });
}

/// Returns the session of the page.
pub fn use_session() -> RwSignal<SessionState> {
    expect_context::<SessionContext>().0
}

/// Signs in with the token of a one-time link.
///
/// # Errors
/// When the link is used up or nobody answers.
pub async fn sign_in(token: String, session: RwSignal<SessionState>) -> Result<(), ClientError> {
    let opened = send(&OpenSession, &SessionRequest { token }).await?;
    session.set(SessionState::Open(opened));
    Ok(())
}

/// Signs out, here and on the server.
pub fn sign_out(session: RwSignal<SessionState>) {
    // Whatever the answer, this page forgets; the server kills the session on its side.
    tell(&CloseSession, move |_| session.set(SessionState::Closed));
}
