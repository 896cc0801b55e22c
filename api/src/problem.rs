//! What went wrong, in the envelope of RFC 9457.

use plumbline_domain::field_error::FieldError;
use serde::{Deserialize, Serialize};

/// The media type of a [`Problem`].
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Problem {
    /// A stable name for programs.
    pub code: ProblemCode,
    /// One sentence for people.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The id to quote when asking for help; internal errors are logged under it.
    pub request_id: String,
}

/// Every kind of failure that a client can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The body is not JSON, not UTF-8, or names a key twice.
    MalformedBody,
    /// The content type is not one the route takes.
    UnsupportedMediaType,
    /// The body is over the limit.
    BodyTooLarge,
    /// Fields are wrong; `errors` says which.
    InvalidFields,
    /// A query parameter is wrong.
    InvalidQuery,
    /// The cursor was not made by this deployment.
    InvalidCursor,
    /// The idempotency key is missing where one is needed, or not 1 to 255 visible characters.
    InvalidIdempotencyKey,
    /// The key was used before with another body.
    IdempotencyKeyReused,
    /// The lead was changed by somebody else in between.
    VersionConflict,
    /// An update has to name the version it was made from.
    VersionRequired,
    /// Nothing is there.
    NotFound,
    /// The route takes other methods.
    MethodNotAllowed,
    /// Nobody is signed in.
    Unauthorized,
    /// The sign-in link was used before or is too old.
    InvalidSignInLink,
    /// The key's scopes do not cover this, or the request came from another site.
    Forbidden,
    /// Too many requests; wait as long as `Retry-After` says.
    RateLimited,
    /// The store cannot be reached right now; try again with the same key.
    Unavailable,
    /// Something broke; it is logged under `request_id`.
    Internal,
}
