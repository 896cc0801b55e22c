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
mod statement;
mod store;
mod unicode;

use worker::{Context, Env, Response, Result, ScheduleContext, ScheduledEvent, event, web_sys};

/// Answers one HTTP request.
#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> Result<Response> {
    http::respond(request, env, context).await
}

/// Runs every periodic job; the one cron trigger fires each minute.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    // The sweep of the outbox: if every wake-up was lost, this one finds what is undelivered.
    if let Err(error) = bindings::Bindings::new(env).wake_lead_feed().await {
        worker::console_error!("outbox sweep failed: {error}");
    }
}
