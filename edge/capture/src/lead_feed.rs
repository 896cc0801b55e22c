//! The lead feed: delivers the outbox to the search index and to every open dashboard.

use std::rc::Rc;
use std::time::Duration;

use plumbline_edge::bindings::Bindings;
use plumbline_edge::context::now;
use plumbline_edge::store::Store;
use worker::{
    DurableObject, Env, Method, Request, Response, Result, State, WebSocket,
    WebSocketIncomingMessage, WebSocketPair, durable_object, wasm_bindgen,
};

/// How long the feed waits after it was woken, so that a burst is delivered at once.
const COLLECT_MS: u64 = 500;
/// How long it waits after a failure.
const RETRY_MS: u64 = 5_000;

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
        if request.method() == Method::Get && upgrade.eq_ignore_ascii_case("websocket") {
            let pair = WebSocketPair::new()?;
            self.state.accept_web_socket(&pair.server);
            return Response::from_websocket(pair.client);
        }
        // The caller learns when the outbox is read next: until then it need not wake us again.
        let due = match self.state.storage().get_alarm().await? {
            Some(due) => due,
            None => {
                self.set_alarm(COLLECT_MS).await?;
                now().as_ms() + i64::try_from(COLLECT_MS).unwrap_or(0)
            }
        };
        Response::ok(due.to_string())
    }

    async fn alarm(&self) -> Result<Response> {
        match self.deliver().await {
            Ok(true) => self.set_alarm(0).await?,
            Ok(false) => {}
            Err(error) => {
                worker::console_error!("outbox not delivered, trying again: {error}");
                self.set_alarm(RETRY_MS).await?;
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

impl LeadFeed {
    /// Delivers one batch; returns whether there may be more. A batch that fails comes again.
    async fn deliver(&self) -> Result<bool> {
        let store = Store::new(self.bindings.database()?, Rc::default());
        let Some(undelivered) = store.find_undelivered().await? else { return Ok(false) };
        let sockets = self.state.get_websockets();
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
        Ok(undelivered.is_full())
    }

    async fn set_alarm(&self, after_ms: u64) -> Result<()> {
        self.state.storage().set_alarm(Duration::from_millis(after_ms)).await
    }
}
