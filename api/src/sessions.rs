//! Signing in and out.

use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody};

/// Opens a session with the one-time token of a sign-in link. The answer sets the cookie.
#[derive(Clone, Copy, Debug)]
pub struct OpenSession;

impl Endpoint for OpenSession {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/sessions";
    const ACCESS: Access = Access::Public;
    const SUMMARY: &'static str = "Open a session with a one-time sign-in link";
    type Body = SessionRequest;
    type Response = Session;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The token of a sign-in link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The part of the link after `#`.
    pub token: String,
}

/// An open session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Session {
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Reads the session that the cookie stands for.
#[derive(Clone, Copy, Debug)]
pub struct FindSession;

impl Endpoint for FindSession {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/sessions/current";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Read the present session";
    type Body = NoBody;
    type Response = Session;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// Ends the present session at once.
#[derive(Clone, Copy, Debug)]
pub struct CloseSession;

impl Endpoint for CloseSession {
    const METHOD: Method = Method::Delete;
    const ROUTE: &'static str = "/api/v1/sessions/current";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Sign out, at once and everywhere this cookie went";
    type Body = NoBody;
    type Response = NoBody;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}
