//! HTTP: the caller's right is checked before any handler runs, and every failure gets its status.

mod api_keys;
mod backup;
mod checks;
pub mod client;
mod faults;
pub(crate) mod forms;
mod guard;
mod imports;
mod leads;
mod live;
mod merges;
mod overview;
mod pages;
mod people;
pub mod problem;
mod quarantine;
mod routes;
mod scoring;
mod sessions;
mod site_tests;
mod submissions;
mod today;
mod track;

use std::rc::Rc;

use plumbline_api::Access;
use serde::Serialize;
use worker::{Context, Env, Headers, Response, ResponseBody, Result, web_sys};

use crate::context::{Background, Ctx};
use guard::Call;
use problem::ApiError;
pub use routes::Routes;
use routes::{Found, Route};

type Answer = std::result::Result<Response, ApiError>;

/// Answers one request.
pub async fn respond(
    routes: Routes,
    request: web_sys::Request,
    env: Env,
    background: Context,
) -> Result<Response> {
    let ctx = match Ctx::new(env, Background::Request(background)) {
        Ok(ctx) => Rc::new(ctx),
        Err(missing) => {
            worker::console_error!("configuration: {missing}");
            return problem::configuration_missing(missing);
        }
    };
    let mut call = Call::new(request, ctx.clone());
    match routes::find(routes, call.method(), call.path(), ctx.config.has_fault_routes) {
        Found::Route(route, parameters) => {
            call.parameters = parameters;
            serve(&ctx, route, call).await
        }
        Found::WrongMethod(allowed) => ApiError::MethodNotAllowed(allowed).into_response(&ctx),
        Found::Nothing => ApiError::NotFound.into_response(&ctx),
    }
}

async fn serve(ctx: &Ctx, route: Route, call: Call) -> Result<Response> {
    let answer = match call.authorized(route.access).await {
        Ok(call) => (route.handler)(call).await,
        Err(error) => Err(error),
    };
    let mut response = answer.or_else(|error| error.into_response(ctx))?;
    // The answer to an upgrade is the feed's own and cannot be changed.
    if response.status_code() == 101 {
        return Ok(response);
    }
    if (route.access != Access::Public || ctx.config.has_fault_routes)
        && let Some(cost) = ctx.usage.server_timing()
    {
        response.headers_mut().set("server-timing", &cost)?;
    }
    Ok(response)
}

thread_local! {
    /// The headers of every answer in JSON. A copy is one call of the platform, and so is each header
    /// that is set. What every answer has besides is added at the door (`edge/js/worker.js`).
    static JSON_HEADERS: Headers = Headers::from_iter([("content-type", "application/json")]);
}

/// Answers with JSON.
fn json<T: Serialize>(value: &T, status: u16) -> Answer {
    let body = serde_json::to_vec(value).map_err(worker::Error::from)?;
    Ok(response(body, JSON_HEADERS.with(Headers::clone)).with_status(status))
}

fn response(body: Vec<u8>, headers: Headers) -> Response {
    Response::builder().with_headers(headers).body(ResponseBody::Body(body))
}

fn no_content() -> Answer {
    Ok(Response::empty()?.with_status(204))
}
