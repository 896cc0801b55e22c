//! Every failure a client can see, and the one place that gives it a status.

use plumbline_api::problem::{PROBLEM_TYPE, Problem, ProblemCode};
use plumbline_domain::field_error::FieldError;
use plumbline_domain::scoring::ModelError;
use worker::{Headers, Response, Result};

use crate::context::Ctx;

/// What went wrong with a request.
#[derive(Debug)]
pub enum ApiError {
    /// The body cannot be read.
    MalformedBody,
    /// The body is JSON, and not the message that the route takes; what is wrong, and where.
    WrongMessage(String),
    /// The content type is none that the route takes.
    UnsupportedMediaType,
    /// The body is over the limit.
    BodyTooLarge,
    /// Fields are wrong.
    InvalidFields(Vec<FieldError>),
    /// A scoring model does not hold together.
    InvalidModel(ModelError),
    /// A query parameter is wrong.
    InvalidQuery(&'static str),
    /// The cursor was not written here.
    InvalidCursor,
    /// The idempotency key is none.
    InvalidIdempotencyKey,
    /// The key stands for another body.
    IdempotencyKeyReused,
    /// The lead, or the model, changed in between.
    VersionConflict,
    /// The update names no version.
    VersionRequired,
    /// Nothing is there.
    NotFound,
    /// The path takes other methods, which are named.
    MethodNotAllowed(String),
    /// Nobody is signed in.
    Unauthorized,
    /// The link was used or is too old.
    InvalidSignInLink,
    /// The caller may not do this.
    Forbidden,
    /// A state that is brought back meets the leads of another.
    NotEmpty,
    /// The owner has blocked the site that the form stands on.
    SiteBlocked,
    /// Too many requests.
    RateLimited,
    /// Something broke here. The cause is logged and never sent.
    Internal(worker::Error),
}

thread_local! {
    /// The headers of every problem, to be copied at once.
    static PROBLEM_HEADERS: Headers = Headers::from_iter([("content-type", PROBLEM_TYPE)]);
}

/// How long a client should wait after too many requests, in seconds: the window of the limit.
const RETRY_AFTER_S: &str = "10";

impl From<worker::Error> for ApiError {
    fn from(error: worker::Error) -> Self {
        Self::Internal(error)
    }
}

impl ApiError {
    /// Returns the status, the code and the sentence.
    pub fn described(&self) -> (u16, ProblemCode, &'static str) {
        use ProblemCode as C;
        match self {
            Self::MalformedBody => {
                (400, C::MalformedBody, "The body is not valid JSON, or names a key twice.")
            }
            Self::WrongMessage(_) => {
                (400, C::MalformedBody, "The body is not what this path takes.")
            }
            Self::UnsupportedMediaType => (
                415,
                C::UnsupportedMediaType,
                "Send application/json, or a form where the route takes one.",
            ),
            Self::BodyTooLarge => {
                (413, C::BodyTooLarge, "The body is larger than this path takes.")
            }
            Self::InvalidFields(_) => (422, C::InvalidFields, "Some fields are not right."),
            Self::InvalidModel(_) => {
                (422, C::InvalidModel, "The scoring model does not hold together.")
            }
            Self::InvalidQuery(what) => (400, C::InvalidQuery, what),
            Self::InvalidCursor => {
                (400, C::InvalidCursor, "The cursor does not belong to this list.")
            }
            Self::InvalidIdempotencyKey => (
                400,
                C::InvalidIdempotencyKey,
                "An idempotency key has 1 to 255 visible ASCII characters.",
            ),
            Self::IdempotencyKeyReused => {
                (422, C::IdempotencyKeyReused, "This idempotency key was used for other answers.")
            }
            Self::VersionConflict => {
                (412, C::VersionConflict, "It has changed since it was read. Read it again.")
            }
            Self::VersionRequired => {
                (428, C::VersionRequired, "Name the version you read in If-Match.")
            }
            Self::NotFound => (404, C::NotFound, "There is nothing here."),
            Self::MethodNotAllowed(_) => {
                (405, C::MethodNotAllowed, "This path takes another method.")
            }
            Self::Unauthorized => (401, C::Unauthorized, "Sign in, or send an API key."),
            Self::InvalidSignInLink => {
                (401, C::InvalidSignInLink, "This sign-in link was used before or is too old.")
            }
            Self::NotEmpty => (
                409,
                C::NotEmpty,
                "There are leads here already. A whole state comes back into an empty deployment alone.",
            ),
            Self::Forbidden => (403, C::Forbidden, "This caller may not do that."),
            Self::SiteBlocked => (403, C::SiteBlocked, "This site may not use this form."),
            Self::RateLimited => {
                (429, C::RateLimited, "Too many requests. Wait a moment and try again.")
            }
            Self::Internal(error) if is_transient(error) => (
                503,
                C::Unavailable,
                "The store cannot be reached right now. Try again with the same key.",
            ),
            Self::Internal(_) => (500, C::Internal, "Something broke on our side."),
        }
    }

    /// Answers with `application/problem+json` (RFC 9457), logging an internal cause once.
    ///
    /// # Errors
    /// When the platform cannot make a response.
    pub fn into_response(self, ctx: &Ctx) -> Result<Response> {
        self.log(ctx);
        let (status, code, title) = self.described();
        let headers = PROBLEM_HEADERS.with(Headers::clone);
        match &self {
            Self::MethodNotAllowed(methods) => headers.set("allow", methods)?,
            Self::RateLimited => headers.set("retry-after", RETRY_AFTER_S)?,
            Self::Unauthorized => headers.set("www-authenticate", "Bearer")?,
            _ => {}
        }
        let mut title = title.to_owned();
        let mut errors = Vec::new();
        match self {
            Self::InvalidFields(wrong) => errors = wrong,
            Self::WrongMessage(wrong) => {
                title = format!("The body is not what this path takes: {wrong}.")
            }
            Self::InvalidModel(wrong) => title = format!("This model cannot be used: {wrong}."),
            _ => {}
        }
        let problem = Problem { code, title, status, errors, request_id: ctx.request_id.clone() };
        let body = serde_json::to_vec(&problem)?;
        Ok(super::response(body, headers).with_status(status))
    }

    /// Logs the cause of an internal error under the request's id.
    pub fn log(&self, ctx: &Ctx) {
        if let Self::Internal(cause) = self {
            worker::console_error!("request {}: {cause}", ctx.request_id);
        }
    }
}

/// What D1 says when the same statement may succeed a moment later (PERFORMANCE §A3).
fn is_transient(error: &worker::Error) -> bool {
    let text = error.to_string();
    [
        "Network connection lost",
        "storage caused object to be reset",
        "reset because its code was updated",
        "Cannot resolve D1 DB due to transient issue",
        "overloaded",
        "database is locked",
        "internal error; reference",
    ]
    .iter()
    .any(|known| text.contains(known))
}

/// Answers a request that the deployment is not configured for.
///
/// # Errors
/// When the platform cannot make a response.
pub fn configuration_missing(what: &str) -> Result<Response> {
    Response::error(format!("This deployment is not configured: {what}."), 503)
}
