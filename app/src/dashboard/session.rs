//! Whether somebody is signed in.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::NoBody;
use plumbline_api::sessions::{CloseSession, FindSession, OpenSession, Session, SessionRequest};

use super::client::{ClientError, send, tell};
use crate::browser;

/// What is known about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// The server was not heard yet.
    Unknown,
    /// The server does not answer, or has a fault: whether somebody is signed in is not known.
    Unreachable(ClientError),
    /// Somebody is signed in.
    Open(Session),
    /// Nobody is.
    Closed,
}

#[derive(Clone, Copy)]
struct SessionContext(RwSignal<SessionState>);

/// How long to wait before a server that does not answer is asked again, in milliseconds.
const RETRY_MS: u32 = 3_000;

/// Provides the session to the page, asking the server until it has answered.
pub fn provide_session() {
    let state = RwSignal::new(SessionState::Unknown);
    provide_context(SessionContext(state));
    spawn_local(async move { while !ask(state).await {} });
}

/// Asks once; returns whether the answer is known.
async fn ask(state: RwSignal<SessionState>) -> bool {
    let found = send(&FindSession, &NoBody {}).await;
    // A sign-in that was quicker than the question knows better.
    if matches!(state.get_untracked(), SessionState::Open(_) | SessionState::Closed) {
        return true;
    }
    match found {
        Ok(session) => state.set(SessionState::Open(session)),
        Err(error) if error.is_unauthorized() => state.set(SessionState::Closed),
        Err(error) => {
            state.set(SessionState::Unreachable(error));
            TimeoutFuture::new(RETRY_MS).await;
            return false;
        }
    }
    true
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
    // Whatever the answer, this device forgets; the server ends the session on its side.
    browser::forget_work();
    tell(&CloseSession, move |_| session.set(SessionState::Closed));
}
