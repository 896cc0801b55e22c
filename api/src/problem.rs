//! What went wrong, in the envelope of RFC 9457.

use plumbline_domain::field_error::FieldError;
use plumbline_domain::named;
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

named! {
    /// Every kind of failure that a client can tell apart.
    pub enum ProblemCode {
        /// The body is not JSON, not UTF-8, or names a key twice.
        MalformedBody = "malformed_body",
        /// The content type is not one the route takes.
        UnsupportedMediaType = "unsupported_media_type",
        /// The body is over the limit.
        BodyTooLarge = "body_too_large",
        /// Fields are wrong; `errors` says which.
        InvalidFields = "invalid_fields",
        /// A scoring model does not hold together; the title says what is wrong with which rule.
        InvalidModel = "invalid_model",
        /// A query parameter is wrong.
        InvalidQuery = "invalid_query",
        /// The cursor was not made by this deployment.
        InvalidCursor = "invalid_cursor",
        /// The idempotency key is missing where one is needed, or not 1 to 255 visible characters.
        InvalidIdempotencyKey = "invalid_idempotency_key",
        /// The key was used before with another body.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// The lead was changed by somebody else in between.
        VersionConflict = "version_conflict",
        /// An update has to name the version it was made from.
        VersionRequired = "version_required",
        /// Nothing is there.
        NotFound = "not_found",
        /// The route takes other methods.
        MethodNotAllowed = "method_not_allowed",
        /// Nobody is signed in.
        Unauthorized = "unauthorized",
        /// The sign-in link was used before or is too old.
        InvalidSignInLink = "invalid_sign_in_link",
        /// The key's scopes do not cover this, or the request came from another site.
        Forbidden = "forbidden",
        /// A state that is brought back meets the leads of another.
        NotEmpty = "not_empty",
        /// The owner has blocked the site that the form stands on.
        SiteBlocked = "site_blocked",
        /// Too many requests; wait as long as `Retry-After` says.
        RateLimited = "rate_limited",
        /// The store cannot be reached right now; try again with the same key.
        Unavailable = "unavailable",
        /// Something broke; it is logged under `request_id`.
        Internal = "internal",
    }
}
