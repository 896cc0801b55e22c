//! HTTP: one line per endpoint, with the caller's right checked before the handler runs.

mod api_keys;
mod checks;
pub mod client;
mod faults;
mod forms;
mod guard;
mod leads;
mod live;
mod overview;
mod pages;
pub mod problem;
mod sessions;
mod submissions;

use std::future::Future;
use std::rc::Rc;

use plumbline_api::{Access, Endpoint, Method as ApiMethod};
use plumbline_api::{api_keys as keys_api, checks as checks_api, forms as forms_api};
use plumbline_api::{leads as leads_api, live as live_api, overview as overview_api};
use plumbline_api::{sessions as sessions_api, submissions as submissions_api};
use serde::Serialize;
use worker::{
    Context, Env, Headers, Method, Request, RequestInit, Response, Result, RouteContext, Router,
};

use crate::context::Ctx;
use guard::Call;
use problem::ApiError;

type Answer = std::result::Result<Response, ApiError>;
type Routes<'a> = Router<'a, Rc<Ctx>>;

/// Answers one request.
pub async fn respond(request: Request, env: Env, background: Context) -> Result<Response> {
    let ctx = match Ctx::new(env.clone(), background) {
        Ok(ctx) => Rc::new(ctx),
        Err(missing) => {
            worker::console_error!("configuration: {missing}");
            return problem::configuration_missing(missing);
        }
    };
    let request = if request.method() == Method::Head { as_get(&request)? } else { request };
    let (method, path) = (request.method(), request.path());
    let response = routes(ctx.clone()).run(request, env).await?;
    // The router knows that a method is wrong, but not which are right.
    if response.status_code() == 405 && !response.headers().has("allow")? {
        return refusal(&method, &path).into_response(&ctx);
    }
    Ok(response)
}

/// RFC 9110 §9.3.2: HEAD is GET without the body, which the platform leaves out by itself.
fn as_get(request: &Request) -> Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(Method::Get).with_headers(request.headers().clone());
    Request::new_with_init(&request.inner().url(), &init)
}

macro_rules! endpoint {
    ($routes:expr, $endpoint:ty => $handler:path) => {
        add::<$endpoint, _>($routes, |request, route| {
            serve::<$endpoint, _>(request, route, $handler)
        })
    };
}

fn routes<'a>(ctx: Rc<Ctx>) -> Routes<'a> {
    let has_fault_routes = ctx.config.has_fault_routes;
    let r = Router::with_data(ctx);
    let r = endpoint!(r, submissions_api::SubmitLead => submissions::submit_lead);
    let r = endpoint!(r, submissions_api::CountPageView => submissions::count_page_view);
    let r = endpoint!(r, checks_api::CheckDomain => checks::check_domain);
    let r = endpoint!(r, checks_api::CheckEmails => checks::check_emails);
    let r = endpoint!(r, leads_api::ListLeads => leads::list_leads);
    let r = endpoint!(r, leads_api::FindLead => leads::find_lead);
    let r = endpoint!(r, leads_api::UpdateLead => leads::update_lead);
    let r = endpoint!(r, leads_api::EraseLead => leads::erase_lead);
    let r = endpoint!(r, live_api::OpenLiveFeed => live::open_live_feed);
    let r = endpoint!(r, overview_api::ReadOverview => overview::read_overview);
    let r = endpoint!(r, forms_api::FindForm => forms::find_form);
    let r = endpoint!(r, forms_api::UpdateForm => forms::update_form);
    let r = endpoint!(r, sessions_api::OpenSession => sessions::open_session);
    let r = endpoint!(r, sessions_api::FindSession => sessions::find_session);
    let r = endpoint!(r, sessions_api::CloseSession => sessions::close_session);
    let r = endpoint!(r, keys_api::ListApiKeys => api_keys::list_api_keys);
    let r = endpoint!(r, keys_api::CreateApiKey => api_keys::create_api_key);
    let r = endpoint!(r, keys_api::RevokeApiKey => api_keys::revoke_api_key);
    let r = r
        .options_async(submissions_api::SubmitLead::ROUTE, preflight_of_form)
        .options_async(submissions_api::CountPageView::ROUTE, preflight_of_form)
        .options_async(checks_api::CheckDomain::ROUTE, preflight_of_check)
        .get_async("/healthz", pages::show_health)
        .get_async("/embed.js", pages::show_embed)
        .get_async("/f/:form_id", pages::show_form)
        .get_async("/f/:form_id/thanks", pages::show_receipt);
    let r =
        pages::DASHBOARD_PATHS.iter().fold(r, |r, path| r.get_async(path, pages::show_dashboard));
    let r = if has_fault_routes { faults::add(r) } else { r };
    r.or_else_any_method_async("/*path", refuse).or_else_any_method_async("/", refuse)
}

fn add<'a, E: Endpoint, F: Future<Output = Result<Response>> + 'a>(
    routes: Routes<'a>,
    handler: fn(Request, RouteContext<Rc<Ctx>>) -> F,
) -> Routes<'a> {
    match E::METHOD {
        ApiMethod::Get => routes.get_async(E::ROUTE, handler),
        ApiMethod::Post => routes.post_async(E::ROUTE, handler),
        ApiMethod::Patch => routes.patch_async(E::ROUTE, handler),
        ApiMethod::Delete => routes.delete_async(E::ROUTE, handler),
    }
}

async fn serve<E: Endpoint, F: Future<Output = Answer>>(
    request: Request,
    route: RouteContext<Rc<Ctx>>,
    handler: impl FnOnce(Call) -> F,
) -> Result<Response> {
    let ctx = route.data.clone();
    let call = Call::new(request, route);
    let answer = match call.authorized(E::ACCESS).await {
        Ok(call) => handler(call).await,
        Err(error) => Err(error),
    };
    let mut response = answer.or_else(|error| error.into_response(&ctx))?;
    // The answer to an upgrade is the feed's own and cannot be changed.
    if response.status_code() == 101 {
        return Ok(response);
    }
    if E::ACCESS != Access::Public || ctx.config.has_fault_routes {
        response.headers_mut().set("server-timing", &ctx.usage.server_timing())?;
    }
    if E::ACCESS != Access::Public {
        // What an owner reads is nobody else's to keep.
        response.headers_mut().set("cache-control", "no-store")?;
    }
    Ok(response)
}

/// Answers with JSON.
fn json<T: Serialize>(value: &T, status: u16) -> Answer {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("x-content-type-options", "nosniff")?;
    let body = serde_json::to_vec(value).map_err(worker::Error::from)?;
    Ok(Response::from_bytes(body)?.with_headers(headers).with_status(status))
}

fn no_content() -> Answer {
    Ok(Response::empty()?.with_status(204))
}

async fn preflight_of_form(request: Request, route: RouteContext<Rc<Ctx>>) -> Result<Response> {
    let ctx = route.data.clone();
    let answer = guard::preflight(Call::new(request, route)).await;
    answer.or_else(|error| error.into_response(&ctx))
}

async fn preflight_of_check(request: Request, _: RouteContext<Rc<Ctx>>) -> Result<Response> {
    // The form is named in the body, so the answer itself decides who may read it.
    let origin = request.headers().get("origin")?.unwrap_or_default();
    guard::preflight_for(&origin)
}

/// Every route with its method, to tell a wrong method from a wrong path.
const ROUTES: [(&str, ApiMethod); 18] = {
    macro_rules! of {
        ($($endpoint:ty),* $(,)?) => { [$((<$endpoint>::ROUTE, <$endpoint>::METHOD)),*] };
    }
    of![
        submissions_api::SubmitLead,
        submissions_api::CountPageView,
        checks_api::CheckDomain,
        checks_api::CheckEmails,
        leads_api::ListLeads,
        leads_api::FindLead,
        leads_api::UpdateLead,
        leads_api::EraseLead,
        live_api::OpenLiveFeed,
        overview_api::ReadOverview,
        forms_api::FindForm,
        forms_api::UpdateForm,
        sessions_api::OpenSession,
        sessions_api::FindSession,
        sessions_api::CloseSession,
        keys_api::ListApiKeys,
        keys_api::CreateApiKey,
        keys_api::RevokeApiKey,
    ]
};

async fn refuse(request: Request, route: RouteContext<Rc<Ctx>>) -> Result<Response> {
    refusal(&request.method(), &request.path()).into_response(&route.data)
}

fn refusal(method: &Method, path: &str) -> ApiError {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &str| {
        let mut wanted = route.split('/');
        let same = parts.iter().all(|part| {
            wanted
                .next()
                .is_some_and(|want| want == *part || (want.starts_with(':') && !part.is_empty()))
        });
        same && wanted.next().is_none()
    };
    let allowed: Vec<_> =
        ROUTES.iter().filter(|(route, _)| fits(route)).map(|(_, method)| method.as_str()).collect();
    match allowed.is_empty() {
        false => ApiError::MethodNotAllowed(allowed.join(", ")),
        // The pages beside the API take GET alone.
        true if *method != Method::Get && is_page(path) => {
            ApiError::MethodNotAllowed("GET".to_owned())
        }
        true => ApiError::NotFound,
    }
}

fn is_page(path: &str) -> bool {
    path.starts_with("/f/")
        || matches!(path, "/healthz" | "/embed.js")
        || pages::DASHBOARD_PATHS.contains(&path)
}
