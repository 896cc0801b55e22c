//! The live feed: a socket that comes back by itself, and what it last said.

use futures_util::StreamExt as _;
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::Endpoint;
use plumbline_api::live::{LiveMessage, OpenLiveFeed};

use super::session::{SessionState, use_session};
use crate::browser;

/// Whether the feed is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Messages arrive.
    Live,
    /// It is being connected again.
    Waiting,
}

/// The feed of the page.
#[derive(Clone, Copy)]
pub struct Feed {
    /// What arrived. Each reader remembers how far it has read.
    pub inbox: RwSignal<Inbox>,
    /// Whether it is connected.
    pub connection: RwSignal<Connection>,
    /// Counts connections: after each the lists read what they missed.
    pub connected: RwSignal<u32>,
}

/// The latest messages, numbered in the order of their arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbox {
    arrived: usize,
    latest: Vec<LiveMessage>,
}

impl Inbox {
    fn push(&mut self, message: LiveMessage) {
        self.arrived += 1;
        self.latest.push(message);
        let extra = self.latest.len().saturating_sub(INBOX_MAX);
        self.latest.drain(..extra);
    }

    /// Returns how many messages ever arrived: where a new reader begins.
    #[must_use]
    pub const fn arrived(&self) -> usize {
        self.arrived
    }

    /// Returns the messages after the first `read` ones.
    #[must_use]
    pub fn since(&self, read: usize) -> &[LiveMessage] {
        let new = self.arrived.saturating_sub(read).min(self.latest.len());
        self.latest.get(self.latest.len() - new..).unwrap_or_default()
    }
}

/// How long to wait before the first try to connect again, and the longest wait, in milliseconds.
const RETRY_MS: (u32, u32) = (500, 30_000);
/// The most messages that wait for a reader; a longer absence is a reload.
const INBOX_MAX: usize = 500;

/// Provides the feed, connected for as long as somebody is signed in.
pub fn provide_feed() {
    let feed = Feed {
        inbox: RwSignal::default(),
        connection: RwSignal::new(Connection::Waiting),
        connected: RwSignal::new(0),
    };
    provide_context(feed);
    let session = use_session();
    let running = StoredValue::new(false);
    Effect::new(move |_| {
        let open = matches!(session.get(), SessionState::Open(_));
        if open && !running.get_value() {
            running.set_value(true);
            spawn_local(async move {
                keep_connected(feed, session).await;
                running.set_value(false);
            });
        }
    });
}

/// Returns the feed of the page.
pub fn use_feed() -> Feed {
    expect_context()
}

async fn keep_connected(feed: Feed, session: RwSignal<SessionState>) {
    let mut wait_ms = RETRY_MS.0;
    while matches!(session.get_untracked(), SessionState::Open(_)) {
        if let Ok(mut socket) = WebSocket::open(&browser::socket_url(OpenLiveFeed::ROUTE)) {
            while let Some(Ok(message)) = next(feed, &mut socket).await {
                wait_ms = RETRY_MS.0;
                if let Message::Text(text) = message
                    && let Ok(message) = serde_json::from_str(&text)
                {
                    feed.inbox.update(|inbox| inbox.push(message));
                }
                if !matches!(session.get_untracked(), SessionState::Open(_)) {
                    return;
                }
            }
        }
        feed.connection.set(Connection::Waiting);
        TimeoutFuture::new(wait_ms).await;
        wait_ms = (wait_ms * 2).min(RETRY_MS.1);
    }
}

/// Waits for the next message, noticing once the socket is open.
async fn next(feed: Feed, socket: &mut WebSocket) -> Option<Result<Message, WebSocketError>> {
    use futures_util::future::{Either, select};
    loop {
        let look = Box::pin(TimeoutFuture::new(100));
        match select(socket.next(), look).await {
            Either::Left((message, _)) => return message,
            Either::Right(_) => {
                let open = matches!(socket.state(), State::Open);
                if open && feed.connection.get_untracked() == Connection::Waiting {
                    feed.connection.set(Connection::Live);
                    feed.connected.update(|count| *count += 1);
                }
                if open {
                    return socket.next().await;
                }
            }
        }
    }
}
