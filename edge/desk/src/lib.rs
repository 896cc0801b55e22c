//! The module that is started for what an owner does every day: the leads, their score, today.
//! Visitors never wait for it.

use plumbline_edge::http::{Routes, respond};
use worker::{Context, Env, Response, Result, event, web_sys};

/// Answers one HTTP request.
#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> Result<Response> {
    respond(Routes::DESK, request, env, context).await
}
