//! The module that every request starts: what visitors call, the leads, the feed and the clock.

mod lead_feed;

use plumbline_edge::http::{Routes, respond};
use worker::{Context, Env, Response, Result, ScheduleContext, ScheduledEvent, event, web_sys};

/// Answers one HTTP request.
#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> Result<Response> {
    respond(Routes::CAPTURE, request, env, context).await
}

/// Runs every periodic job; the one cron trigger fires each minute.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, context: ScheduleContext) {
    plumbline_edge::periodic::run(env, context).await;
}
