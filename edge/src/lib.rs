//! The Worker: it gathers facts, calls the core, and carries out the answer.

mod assets;
mod bindings;
mod capture;
mod config;
mod context;
mod crypto;
mod cursor;
mod durable;
mod email;
mod http;
mod phone;
mod statement;
mod store;
mod unicode;

use std::rc::Rc;

use plumbline_api::quarantine::HELD_DAYS;
use plumbline_domain::time::{DAY_MS, Timestamp};
use worker::{Context, Env, Response, Result, ScheduleContext, ScheduledEvent, event, web_sys};

use bindings::Bindings;
use store::Store;

/// Answers one HTTP request.
#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> Result<Response> {
    http::respond(request, env, context).await
}

/// Runs every periodic job; the one cron trigger fires each minute.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let bindings = Bindings::new(env);
    // The sweep of the outbox: if every wake-up was lost, this one finds what is undelivered.
    if let Err(error) = bindings.wake_lead_feed().await {
        worker::console_error!("outbox sweep failed: {error}");
    }
    if let Err(error) = end_quarantine(&bindings).await {
        worker::console_error!("quarantine not emptied: {error}");
    }
}

/// Deletes what nobody released in [`HELD_DAYS`].
async fn end_quarantine(bindings: &Bindings) -> Result<()> {
    let store = Store::new(bindings.database()?, Rc::default());
    let ended = context::now().as_ms() - HELD_DAYS * DAY_MS;
    store.discard_held_before(Timestamp::from_ms(ended)).await
}
