//! Calls to the Worker, by the same endpoint types that it routes by.

use gloo_net::http::RequestBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plumbline_api::problem::{Problem, ProblemCode};
use plumbline_api::{Endpoint, Method, NoBody};
use plumbline_domain::field_error::Rule;
use serde::de::DeserializeOwned;

use super::clock;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientError {
    /// The Worker said no, and why.
    Rejected(Problem),
    /// Nobody answered.
    Offline,
    /// Something answered that is not the Worker of this version.
    Malformed,
}

impl ClientError {
    /// Returns the sentence for the person in front of the screen.
    pub fn sentence(&self) -> String {
        match self {
            Self::Rejected(problem) if problem.code == ProblemCode::Internal => {
                format!("Something broke on our side. It is logged as {}.", problem.request_id)
            }
            Self::Rejected(problem) => {
                let wrong = problem.errors.iter().map(|error| {
                    let field = error.field.rsplit('.').next().unwrap_or_default();
                    format!(" {} {}", field.replace('_', " "), wrong(&error.rule))
                });
                format!("{}{}", problem.title, wrong.collect::<String>())
            }
            Self::Offline => "There is no connection. What you see may be old.".to_owned(),
            Self::Malformed => {
                "Something other than our server answered, or a newer version of it. Try again, or reload the page."
                    .to_owned()
            }
        }
    }

    /// Returns whether nobody is signed in any more.
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Rejected(problem) if problem.code == ProblemCode::Unauthorized)
    }
}

/// Says what is wrong with a field, in a word or two: of the screens that ask for more, each says it itself.
const fn wrong(rule: &Rule) -> &'static str {
    match rule {
        Rule::Required => "is needed.",
        Rule::TooLong { .. } => "is too long.",
        Rule::OutOfRange => "is outside of what is possible here.",
        Rule::IllegalStage => "cannot follow the present stage.",
        _ => "cannot be used.",
    }
}

/// Where reading something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Load<T> {
    /// It is on its way for the first time.
    Busy,
    /// It is there.
    Done(T),
    /// It could not be read.
    Failed(ClientError),
}

/// Reads into `target`; what was there before stays until the answer has come.
pub fn load<E: Endpoint<Body = NoBody> + 'static>(endpoint: E, target: RwSignal<Load<E::Response>>)
where
    E::Response: Send + Sync,
{
    let then = move |answer: Result<String, ClientError>| {
        let read = answer.and_then(|text| read(&text));
        // Nobody may be looking any more.
        target.try_set(read.map_or_else(Load::Failed, Load::Done));
    };
    ask(E::METHOD, endpoint.path(), Box::new(then));
}

/// Sends a request without a body and hands its answer on.
fn ask(method: Method, path: String, then: Box<dyn FnOnce(Result<String, ClientError>)>) {
    spawn_local(async move { then(exchange(method, path, None, &[]).await) });
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ClientError> {
    serde_json::from_str(text).map_err(|_| ClientError::Malformed)
}

/// Does something, and then whatever follows from how it went.
pub fn tell<E: Endpoint<Body = NoBody>>(
    endpoint: &E,
    then: impl FnOnce(Result<(), ClientError>) + 'static,
) {
    ask(E::METHOD, endpoint.path(), Box::new(|answer| then(answer.map(drop))));
}

/// Sends one request and reads its answer.
///
/// # Errors
/// What went wrong, as far as it can be told apart.
pub async fn send<E: Endpoint>(endpoint: &E, body: &E::Body) -> Result<E::Response, ClientError> {
    send_with(endpoint, body, &[]).await
}

/// The same with headers of its own.
///
/// # Errors
/// What went wrong, as far as it can be told apart.
pub async fn send_with<E: Endpoint>(
    endpoint: &E,
    body: &E::Body,
    headers: &[(&str, &str)],
) -> Result<E::Response, ClientError> {
    let has_body = !matches!(E::METHOD, Method::Get | Method::Delete);
    let body = if has_body { serde_json::to_string(body).ok() } else { None };
    let text = exchange(E::METHOD, endpoint.path(), body, headers).await?;
    read(&text)
}

/// Sends text and returns text: the part that is compiled once for every endpoint.
async fn exchange(
    method: Method,
    path: String,
    body: Option<String>,
    headers: &[(&str, &str)],
) -> Result<String, ClientError> {
    let method = match method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Patch => gloo_net::http::Method::PATCH,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let mut request = RequestBuilder::new(&path).method(method);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    };
    let response = request.map_err(|_| ClientError::Malformed)?.send().await;
    let response = response.map_err(|_| ClientError::Offline)?;
    if let Some(date) = response.headers().get("date") {
        clock::hear(&date);
    }
    let text = response.text().await.map_err(|_| ClientError::Offline)?;
    if !response.ok() {
        let problem = serde_json::from_str(&text).map_err(|_| ClientError::Malformed)?;
        return Err(ClientError::Rejected(problem));
    }
    // An answer without content reads as an empty object.
    Ok(if response.status() == 204 { "{}".to_owned() } else { text })
}
