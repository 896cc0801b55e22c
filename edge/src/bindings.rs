//! The names of the bindings in wrangler.toml, and typed access to them. Nothing else indexes `Env`.

use plumbline_domain::time::Timestamp;
use worker::kv::KvStore;
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::{Env, Fetcher, RateLimiter, Response, Result, Stub, web_sys};

use crate::store::d1::Database;

/// The address that tells the feed that a session or a key has ended.
const ENDED_URL: &str = "https://lead-feed/ended";

/// Typed access to what the platform provides.
#[derive(Clone)]
pub struct Bindings {
    env: Env,
}

impl Bindings {
    /// Wraps the environment of a request or object.
    pub const fn new(env: Env) -> Self {
        Self { env }
    }

    /// The database.
    pub fn database(&self) -> Result<Database> {
        let database = js_sys::Reflect::get(&self.env, &JsValue::from_str("DB"))?;
        if database.is_undefined() {
            return Err(worker::Error::BindingError("DB".to_owned()));
        }
        Ok(database.unchecked_into())
    }

    /// Read-mostly data: published forms and resolver answers.
    pub fn cache(&self) -> Result<KvStore> {
        self.env.kv("CACHE")
    }

    /// The files of the dashboard and the widget.
    pub fn assets(&self) -> Result<Fetcher> {
        self.env.assets("ASSETS")
    }

    /// Counts public requests by client and purpose.
    pub fn request_limit(&self) -> Result<RateLimiter> {
        self.env.rate_limiter("REQUEST_LIMIT")
    }

    /// Counts domains looked up for the first time, by client.
    pub fn lookup_limit(&self) -> Result<RateLimiter> {
        self.env.rate_limiter("LOOKUP_LIMIT")
    }

    /// Counts uses of sign-in links, by client.
    pub fn sign_in_limit(&self) -> Result<RateLimiter> {
        self.env.rate_limiter("SIGN_IN_LIMIT")
    }

    /// Reads a variable or secret, `None` when it is not set.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.env.var(name).ok().map(|value| value.to_string())
    }

    /// The one object that holds the sockets of open dashboards and delivers the outbox.
    pub fn lead_feed(&self) -> Result<Stub> {
        self.env.durable_object("LEAD_FEED")?.get_by_name("lead-feed")
    }

    /// Tells the feed that the outbox may hold something; returns when it will read it.
    pub async fn wake_lead_feed(&self) -> Result<Timestamp> {
        let mut answer = self.lead_feed()?.fetch_with_str("https://lead-feed/wake").await?;
        let due = answer.text().await?.parse().unwrap_or_default();
        Ok(Timestamp::from_ms(due))
    }

    /// Opens a socket at the feed for the caller whose session or key has this hash.
    pub async fn open_socket(&self, caller: &str) -> Result<Response> {
        // The platform's own request: `worker`'s brings every option of a fetch along.
        let (headers, init) = (web_sys::Headers::new()?, web_sys::RequestInit::new());
        headers.set("upgrade", "websocket")?;
        init.set_headers(&headers);
        let url = format!("https://lead-feed/{caller}");
        let request = web_sys::Request::new_with_str_and_init(&url, &init)?;
        self.lead_feed()?.fetch_with_request(request.into()).await
    }

    /// Has the feed close the sockets of callers whose session or key has ended.
    pub async fn close_ended_sockets(&self) -> Result<()> {
        self.lead_feed()?.fetch_with_str(ENDED_URL).await.map(drop)
    }
}
