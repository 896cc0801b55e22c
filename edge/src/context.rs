//! What one request works with: bindings, configuration and the one time it happens at.

use std::cell::OnceCell;
use std::future::Future;
use std::rc::Rc;

use plumbline_domain::id::EventId;
use plumbline_domain::lead::LeadEventKind;
use plumbline_domain::time::Timestamp;
use worker::{Context, Env, ScheduleContext};

use crate::bindings::Bindings;
use crate::config::Config;
use crate::crypto;
use crate::store::{Store, Usage};

thread_local! {
    /// Parsed once per isolate: variables change only with a deployment.
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// What keeps an invocation alive after its answer.
pub enum Background {
    /// A request's.
    Request(Context),
    /// The clock's.
    Clock(ScheduleContext),
}

/// The surroundings of one request, or of one turn of the clock.
pub struct Ctx {
    /// The platform.
    pub bindings: Bindings,
    /// The owner's settings.
    pub config: Rc<Config>,
    /// The time of the request, read once.
    pub now: Timestamp,
    /// Names the request in logs and problems.
    pub request_id: String,
    /// What the request has cost in the database.
    pub usage: Rc<Usage>,
    background: Background,
}

impl Ctx {
    /// Gathers the surroundings.
    ///
    /// # Errors
    /// What is missing in the configuration.
    pub fn new(env: Env, background: Background) -> Result<Self, &'static str> {
        let bindings = Bindings::new(env);
        let config = CONFIG.with(|cell| match cell.get() {
            Some(config) => Ok(config.clone()),
            None => {
                Config::from_bindings(&bindings).map(|c| cell.get_or_init(|| Rc::new(c)).clone())
            }
        })?;
        let request_id = crypto::hex(&crypto::random::<8>());
        Ok(Self { bindings, config, now: now(), request_id, usage: Rc::default(), background })
    }

    /// Makes the id of an event that happens now.
    pub fn event_id(&self) -> EventId {
        EventId::new(self.now, crypto::random())
    }

    /// Gives what happened now an id each.
    pub fn named(&self, kinds: Vec<LeadEventKind>) -> Vec<(EventId, LeadEventKind)> {
        kinds.into_iter().map(|kind| (self.event_id(), kind)).collect()
    }

    /// Opens the store.
    ///
    /// # Errors
    /// When the database is not bound.
    pub fn store(&self) -> worker::Result<Store> {
        self.bindings.database().map(|database| Store::new(database, self.usage.clone()))
    }

    /// Goes on with `work` after the answer was sent.
    pub fn in_background(&self, work: impl Future<Output = ()> + 'static) {
        match &self.background {
            Background::Request(context) => context.wait_until(work),
            Background::Clock(context) => context.wait_until(work),
        }
    }
}

/// Reads the clock. In a Worker it stands still between two awaits.
#[expect(clippy::cast_possible_truncation, reason = "a whole number of milliseconds, below 2^53")]
pub fn now() -> Timestamp {
    Timestamp::from_ms(js_sys::Date::now() as i64)
}
