//! The wire contract: every route once, with who may call it, what it takes and what it answers.
//!
//! The Worker routes by these types and the dashboard calls by them, so neither writes a path.

pub mod api_keys;
pub mod backup;
pub mod checks;
pub mod forms;
pub mod imports;
pub mod leads;
pub mod live;
pub mod merges;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod overview;
pub mod people;
pub mod problem;
pub mod quarantine;
pub mod scoring;
pub mod sessions;
pub mod submissions;
pub mod today;
pub mod track;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use plumbline_domain::named;

/// The HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "RFC 9110 §9.3")]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// Returns the method as it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may call a route. Everything is denied that is not named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, within a rate limit.
    Public,
    /// A signed-in owner, or an API key with this scope.
    Scoped(Scope),
    /// A signed-in owner only; no API key opens it.
    Owner,
}

named! {
    /// What an API key may do.
    pub enum Scope {
        /// Read leads, forms and the overview.
        LeadsRead = "leads:read",
        /// Change and erase leads.
        LeadsWrite = "leads:write",
        /// Check addresses.
        Checks = "checks",
    }
}

/// One route.
pub trait Endpoint {
    /// Its method.
    const METHOD: Method;
    /// Its path with `:name` for each parameter.
    const ROUTE: &'static str;
    /// Who may call it.
    const ACCESS: Access;
    /// What it does, in one sentence.
    const SUMMARY: &'static str;
    /// What it takes.
    type Body: Serialize + DeserializeOwned + Described;
    /// What it answers when all went well.
    type Response: Serialize + DeserializeOwned + Described;
    /// Returns the path of one call, parameters and query filled in.
    fn path(&self) -> String;
}

/// A type that the OpenAPI document can describe; any type at all where none is written.
#[cfg(feature = "openapi")]
pub trait Described: schemars::JsonSchema {}
#[cfg(feature = "openapi")]
impl<T: schemars::JsonSchema> Described for T {}

/// A type that the OpenAPI document can describe; any type at all where none is written.
#[cfg(not(feature = "openapi"))]
pub trait Described {}
#[cfg(not(feature = "openapi"))]
impl<T> Described for T {}

/// A message without content: an empty request body, or an answer with status 204.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NoBody {}

/// The longest request body of any route, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// The header that carries an idempotency key.
pub const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";

/// Percent-encodes a query value (RFC 3986 §2.1).
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
