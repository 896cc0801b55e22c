//! What a handler may ask for: a caller with a right, a body within its limit, a parameter.

use std::rc::Rc;

use futures_util::StreamExt as _;
use plumbline_api::{Access, BODY_BYTES_MAX, Scope};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::{Form, is_site};
use plumbline_domain::id::{FormId, LeadId};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use worker::js_sys::Uint8Array;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Headers, Request, Response, Result, web_sys};

use super::Answer;
use super::client;
use super::problem::ApiError;
use super::routes::Parameters;
use crate::context::Ctx;
use crate::crypto;
use crate::store::forms::PublishedForm;

/// One request on its way to its handler.
pub struct Call {
    /// Its surroundings.
    pub ctx: Rc<Ctx>,
    /// The values of its path's parameters by name.
    pub parameters: Parameters,
    request: web_sys::Request,
    headers: web_sys::Headers,
    method: String,
    url: String,
}

/// Marks an API key, so that a leaked one is recognised.
pub const API_KEY_PREFIX: &str = "plk_";

impl Call {
    /// Reads what every handler asks a request for.
    pub fn new(request: web_sys::Request, ctx: Rc<Ctx>) -> Self {
        let (headers, method, url) = (request.headers(), request.method(), request.url());
        Self { ctx, parameters: Vec::new(), request, headers, method, url }
    }

    /// Returns the method as it stands on the wire.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the whole address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the path, without the query.
    pub fn path(&self) -> &str {
        let rest = self.url.get(self.origin().len()..).unwrap_or_default();
        rest.split(['?', '#']).next().unwrap_or_default()
    }

    /// Returns the query without its question mark, or nothing.
    pub fn query(&self) -> &str {
        self.url.split_once('?').map_or("", |(_, query)| query)
    }

    /// Lets the call through if its caller has the right.
    ///
    /// # Errors
    /// 401 when nobody is known, 403 when they may not, or when another site made a browser call.
    pub async fn authorized(self, access: Access) -> std::result::Result<Self, ApiError> {
        let scope = match access {
            Access::Public => return Ok(self),
            Access::Scoped(scope) => Some(scope),
            Access::Owner => None,
        };
        if let Some(secret) = self.bearer() {
            self.check_api_key(&secret, scope).await?;
        } else {
            self.check_session().await?;
            self.check_same_origin()?;
        }
        Ok(self)
    }

    async fn check_api_key(
        &self,
        secret: &str,
        scope: Option<Scope>,
    ) -> std::result::Result<(), ApiError> {
        if !secret.starts_with(API_KEY_PREFIX) {
            return Err(ApiError::Unauthorized);
        }
        let found = self.ctx.store()?.find_api_key(&crypto::sha256_hex(secret)).await?;
        let scopes = found.ok_or(ApiError::Unauthorized)?;
        // A route for the owner alone has no scope, so no key opens it.
        if scope.is_some_and(|scope| scopes.contains(&scope)) {
            Ok(())
        } else {
            Err(ApiError::Forbidden)
        }
    }

    async fn check_session(&self) -> std::result::Result<(), ApiError> {
        let hash = self.session_hash().ok_or(ApiError::Unauthorized)?;
        let found = self.ctx.store()?.find_session(&hash, self.ctx.now).await?;
        found.map(drop).ok_or(ApiError::Unauthorized)
    }

    /// A cookie travels by itself, so a change or a socket needs proof that our own page asked
    /// (attack case 36). Browsers send `Origin` with both.
    pub fn check_same_origin(&self) -> std::result::Result<(), ApiError> {
        let upgrade = self.header("upgrade").is_some();
        let reads = matches!(self.method(), "GET" | "HEAD") && !upgrade;
        let same = self.header("origin").is_some_and(|origin| origin == self.origin());
        let site = self.header("sec-fetch-site");
        let foreign = site.as_deref().is_some_and(|site| !matches!(site, "same-origin" | "none"));
        if (reads || same) && !foreign { Ok(()) } else { Err(ApiError::Forbidden) }
    }

    /// Returns the hash of what the caller's right rests on: its API key, or else its session.
    pub fn credential_hash(&self) -> Option<String> {
        match self.bearer() {
            Some(secret) => Some(crypto::sha256_hex(&secret)),
            None => self.session_hash(),
        }
    }

    /// Returns the hash of the session cookie, if there is one.
    pub fn session_hash(&self) -> Option<String> {
        let cookies = self.header("cookie")?;
        let name = self.cookie_name();
        let token =
            cookies.split(';').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='));
        token.map(crypto::sha256_hex)
    }

    /// Returns the cookie's name: `__Host-` wherever the connection is encrypted. Browsers refuse
    /// that prefix over plain HTTP, which only the loopback address uses.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_encrypted() { "__Host-plumbline" } else { "plumbline" }
    }

    /// Returns whether the request came over TLS.
    pub fn is_encrypted(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// Returns scheme and host of this deployment, as the request named it.
    pub fn origin(&self) -> &str {
        let end = self.url.match_indices('/').nth(2).map_or(self.url.len(), |(at, _)| at);
        self.url.get(..end).unwrap_or_default()
    }

    /// Returns a header, `None` when it is absent.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }

    fn bearer(&self) -> Option<String> {
        let value = self.header("authorization")?;
        // Any scheme but ours is no key; the session cookie is not tried in its place.
        Some(value.strip_prefix("Bearer ").unwrap_or_default().trim().to_owned())
    }

    /// Returns a parameter of the path.
    ///
    /// # Errors
    /// 404 when it is not what `parse` takes: an id that cannot exist is not found.
    pub fn parameter<T, E>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, ApiError> {
        let value = self.parameters.iter().find(|(known, _)| *known == name);
        parse(value.map_or("", |(_, value)| value)).map_err(|_| ApiError::NotFound)
    }

    /// Returns the lead behind which a page begins, as the query has it; `None` for the first page.
    ///
    /// # Errors
    /// 422 when it is no id.
    pub fn after(&self) -> std::result::Result<Option<LeadId>, ApiError> {
        let mut query = form_urlencoded::parse(self.query().as_bytes());
        let after = query.find(|(name, _)| name == "after");
        let wrong = |_| ApiError::InvalidFields(vec![FieldError::new("after", Rule::OutOfRange)]);
        after.map(|(_, value)| LeadId::parse(&value)).transpose().map_err(wrong)
    }

    /// Returns the character encoding that the caller says the body is in, in lower case; empty when it
    /// says none.
    pub fn charset(&self) -> String {
        let value = self.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let named = value.split(';').find_map(|part| part.trim().strip_prefix("charset="));
        named.unwrap_or_default().trim_matches(['"', '\'', ' ']).to_owned()
    }

    /// Returns the media type of the body without its parameters, in lower case.
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Reads the body, at most `bytes_max` of it; a longer one is not read to its end.
    ///
    /// # Errors
    /// 413 when it is longer.
    pub async fn body(&self, bytes_max: usize) -> std::result::Result<Vec<u8>, ApiError> {
        let announced =
            self.header("content-length").and_then(|length| length.parse::<usize>().ok());
        match announced {
            Some(length) if length > bytes_max => Err(ApiError::BodyTooLarge),
            Some(_) => self.whole_body().await,
            None => self.streamed_body(bytes_max).await,
        }
    }

    async fn whole_body(&self) -> std::result::Result<Vec<u8>, ApiError> {
        let read = self.request.array_buffer().map_err(worker::Error::from)?;
        let buffer = JsFuture::from(read).await.map_err(worker::Error::from)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    async fn streamed_body(&self, bytes_max: usize) -> std::result::Result<Vec<u8>, ApiError> {
        let mut body = Vec::new();
        // A request without any body has no stream either.
        let Ok(mut stream) = Request::from(Clone::clone(&self.request)).stream() else {
            return Ok(body);
        };
        while let Some(chunk) = stream.next().await {
            body.extend_from_slice(&chunk?);
            if body.len() > bytes_max {
                return Err(ApiError::BodyTooLarge);
            }
        }
        Ok(body)
    }

    /// Reads a JSON body of at most [`BODY_BYTES_MAX`].
    ///
    /// # Errors
    /// 415 for another media type, 413 over the limit, 400 for what is not this message, with what is wrong.
    pub async fn json<T: DeserializeOwned>(&self) -> std::result::Result<T, ApiError> {
        self.json_up_to(BODY_BYTES_MAX).await
    }

    /// Reads a JSON body of at most `bytes_max`.
    ///
    /// # Errors
    /// As [`Call::json`].
    pub async fn json_up_to<T: DeserializeOwned>(
        &self,
        bytes_max: usize,
    ) -> std::result::Result<T, ApiError> {
        if self.media_type() != "application/json" {
            return Err(ApiError::UnsupportedMediaType);
        }
        let body = self.body(bytes_max).await?;
        serde_json::from_slice(&body).map_err(|error| match error.classify() {
            Category::Data => ApiError::WrongMessage(error.to_string()),
            _ => ApiError::MalformedBody,
        })
    }

    /// Returns the published form that the path names.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn published_form(&self) -> std::result::Result<Rc<PublishedForm>, ApiError> {
        let id = self.parameter("form_id", FormId::parse)?;
        super::forms::published(&self.ctx, &id).await
    }

    /// Returns the network that the call came from, as limits count it.
    pub fn network(&self) -> String {
        client::network(&self.header(client::ADDRESS_HEADER).unwrap_or_default())
    }

    /// Returns the country that the call came from, in two letters, or nothing where the platform
    /// does not say.
    pub fn country(&self) -> String {
        self.header(client::COUNTRY_HEADER).unwrap_or_default()
    }

    /// Counts the call against a limit of its network.
    ///
    /// # Errors
    /// 429 beyond it.
    pub async fn check_rate(&self, purpose: &str) -> std::result::Result<(), ApiError> {
        client::check_rate(&self.ctx.bindings, purpose, &self.network()).await
    }
}

/// The site that a call about a form came from, as the browser names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// One on the form's list, this deployment itself, or a program that names none.
    Known,
    /// One that the owner has neither listed nor blocked.
    Unlisted(String),
    /// One that the owner has blocked.
    Blocked,
}

/// The longest origin that is noted, in bytes: a scheme, a host name and a port.
const ORIGIN_BYTES_MAX: usize = 270;

impl Call {
    /// Returns the site that the call came from, as far as `form` knows it.
    pub fn site(&self, form: &Form) -> Site {
        let Some(origin) = self.header("origin") else { return Site::Known };
        if form.blocks_origin(&origin) {
            return Site::Blocked;
        }
        let is_known = origin == self.origin() || form.allows_origin(&origin);
        if is_known || !is_site(&origin) || origin.len() > ORIGIN_BYTES_MAX {
            return Site::Known;
        }
        Site::Unlisted(origin)
    }
}

/// Lets a browser on any site read an answer about a form: it holds nothing that a visitor may not know,
/// and a refusal has to be readable as well. No credentials are ever allowed (attack case 32).
///
/// # Errors
/// When the platform cannot set a header.
pub fn allow_origin(response: &mut Response, origin: Option<&str>) -> Result<()> {
    let headers = response.headers_mut();
    headers.set("vary", "Origin")?;
    if let Some(origin) = origin {
        headers.set("access-control-allow-origin", origin)?;
    }
    Ok(())
}

/// Answers a browser that asks before it posts to a form from another site.
///
/// # Errors
/// 404 for a form that is not there.
pub async fn preflight(call: Call) -> Answer {
    call.published_form().await?;
    Ok(preflight_for(&call.header("origin").unwrap_or_default())?)
}

/// Answers a browser that asks before it checks a domain. The form is named in the body, so the
/// answer itself decides who may read it.
///
/// # Errors
/// When the platform cannot make a response.
pub async fn preflight_of_check(call: Call) -> Answer {
    let origin = call.header("origin").unwrap_or_default();
    // Any site may show a form until its owner blocks it. What is no site is told nothing.
    if !is_site(&origin) {
        return Err(ApiError::Forbidden);
    }
    Ok(preflight_for(&origin)?)
}

fn preflight_for(origin: &str) -> Result<Response> {
    let headers = Headers::new();
    headers.set("access-control-allow-origin", origin)?;
    headers.set("access-control-allow-methods", "POST")?;
    headers.set("access-control-allow-headers", "content-type, idempotency-key")?;
    headers.set("access-control-max-age", "86400")?;
    headers.set("vary", "Origin")?;
    Ok(Response::empty()?.with_status(204).with_headers(headers))
}
