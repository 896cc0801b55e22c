//! The lead feed: delivers the outbox to the search index and to every open dashboard.

use std::rc::Rc;

use plumbline_edge::bindings::Bindings;
use plumbline_edge::context::now;
use plumbline_edge::store::Store;
use worker::{
    DurableObject, Env, Request, Response, Result, State, WebSocket, WebSocketIncomingMessage,
    WebSocketPair, durable_object, wasm_bindgen,
};

/// How long the feed waits after it was woken, so that a burst is delivered at once.
const COLLECT_MS: i64 = 500;
/// How long it waits after a failure.
const RETRY_MS: i64 = 5_000;
/// Why a socket is closed whose session or key has ended.
const SIGNED_OUT: u16 = 4_401;

/// One object for all dashboards. Its sockets hibernate: an idle dashboard costs nothing.
#[durable_object]
pub struct LeadFeed {
    state: State,
    bindings: Bindings,
}

impl DurableObject for LeadFeed {
    fn new(state: State, env: Env) -> Self {
        Self { state, bindings: Bindings::new(env) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let upgrade = request.headers().get("upgrade")?.unwrap_or_default();
        if upgrade.eq_ignore_ascii_case("websocket") {
            let pair = WebSocketPair::new()?;
            // The socket carries the hash of the session or key by which it was opened.
            let caller = request.path();
            self.state.accept_websocket_with_tags(&pair.server, &[caller.trim_matches('/')]);
            self.hear_by(now().as_ms() + COLLECT_MS).await?;
            return Response::from_websocket(pair.client);
        }
        if request.path() == "/ended" {
            self.open_sockets(&self.store()?).await?;
            return Response::empty();
        }
        // The caller learns when the outbox is read next: until then it need not wake us again.
        let due = self.hear_by(now().as_ms() + COLLECT_MS).await?;
        Response::ok(due.to_string())
    }

    async fn alarm(&self) -> Result<Response> {
        match self.deliver().await {
            Ok(Turn::Again) => drop(self.hear_by(now().as_ms()).await?),
            Ok(Turn::Done { next_end: Some(at) }) => drop(self.hear_by(at).await?),
            Ok(Turn::Done { next_end: None }) => {}
            Err(error) => {
                worker::console_error!("outbox not delivered, trying again: {error}");
                self.hear_by(now().as_ms() + RETRY_MS).await?;
            }
        }
        Response::empty()
    }

    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> Result<()> {
        // The feed only speaks; what a dashboard says is not heard.
        Ok(())
    }

    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
        // Closing what is closed already is no failure worth telling anybody.
        drop(socket.close(Some(1000), Some("closed")));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> Result<()> {
        Ok(())
    }
}

/// What a turn of the feed left to do.
enum Turn {
    /// There may be more to deliver.
    Again,
    /// Everything is delivered; a socket has to be closed at `next_end`, if any has.
    Done { next_end: Option<i64> },
}

impl LeadFeed {
    /// Delivers one batch. A batch that fails comes again.
    async fn deliver(&self) -> Result<Turn> {
        let store = self.store()?;
        let (sockets, next_end) = self.open_sockets(&store).await?;
        let Some(undelivered) = store.find_undelivered().await? else {
            return Ok(Turn::Done { next_end });
        };
        if !sockets.is_empty() {
            for message in store.list_messages(undelivered).await? {
                let text = serde_json::to_string(&message)?;
                for socket in &sockets {
                    // A dashboard that is gone reads the list again when it comes back.
                    drop(socket.send_with_str(&text));
                }
            }
        }
        store.mark_delivered(undelivered).await?;
        Ok(if undelivered.is_full() { Turn::Again } else { Turn::Done { next_end } })
    }

    /// Closes every socket whose session or key has ended. Returns the others, and when the first of their
    /// sessions ends, in milliseconds.
    async fn open_sockets(&self, store: &Store) -> Result<(Vec<WebSocket>, Option<i64>)> {
        let caller = |socket: &WebSocket| self.state.get_tags(socket).pop().unwrap_or_default();
        let sockets = self.state.get_websockets();
        if sockets.is_empty() {
            return Ok((sockets, None));
        }
        let (open, next_end) =
            store.list_open(&sockets.iter().map(caller).collect(), now()).await?;
        let (told, ended): (Vec<_>, Vec<_>) =
            sockets.into_iter().partition(|socket| open.contains(&caller(socket)));
        for socket in ended {
            drop(socket.close(Some(SIGNED_OUT), Some("signed out")));
        }
        Ok((told, next_end.map(|at| at.as_ms())))
    }

    /// Sees to it that the alarm rings at `at` or before, in milliseconds; returns when it does.
    async fn hear_by(&self, at: i64) -> Result<i64> {
        let storage = self.state.storage();
        if let Some(due) = storage.get_alarm().await?.filter(|due| *due <= at) {
            return Ok(due);
        }
        storage.set_alarm((at - now().as_ms()).max(0)).await?;
        Ok(at)
    }

    fn store(&self) -> Result<Store> {
        Ok(Store::new(self.bindings.database()?, Rc::default()))
    }
}
