//! Keys for programs.

use plumbline_domain::id::ApiKeyId;
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// The longest name of a key, in characters.
pub const NAME_CHARS_MAX: usize = 80;

/// Lists the keys, never their secrets.
#[derive(Clone, Copy, Debug)]
pub struct ListApiKeys;

impl Endpoint for ListApiKeys {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/api-keys";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "List API keys, without their secrets";
    type Body = NoBody;
    type Response = ApiKeys;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// Every key, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ApiKeys {
    /// The keys.
    pub api_keys: Vec<ApiKey>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ApiKey {
    /// Its identity.
    pub id: ApiKeyId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stopped working.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// Makes a key.
#[derive(Clone, Copy, Debug)]
pub struct CreateApiKey;

impl Endpoint for CreateApiKey {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/api-keys";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Make an API key; its secret is shown once";
    type Body = ApiKeyRequest;
    type Response = NewApiKey;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The key to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApiKeyRequest {
    /// What to call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A new key with its secret, which is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NewApiKey {
    /// The key.
    pub api_key: ApiKey,
    /// `plk_` and 43 characters; send it as `Authorization: Bearer …`.
    pub secret: String,
}

/// Ends a key at once.
#[derive(Clone, Copy, Debug)]
pub struct RevokeApiKey {
    /// Which.
    pub api_key_id: ApiKeyId,
}

impl Endpoint for RevokeApiKey {
    const METHOD: Method = Method::Delete;
    const ROUTE: &'static str = "/api/v1/api-keys/:api_key_id";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Revoke an API key, at once";
    type Body = NoBody;
    type Response = NoBody;
    fn path(&self) -> String {
        format!("/api/v1/api-keys/{}", self.api_key_id)
    }
}
