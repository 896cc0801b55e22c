//! Keys for programs: made once, shown once, revoked at once.

use plumbline_api::api_keys::{ApiKey, ApiKeyRequest, ApiKeys, NAME_CHARS_MAX, NewApiKey};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::ApiKeyId;
use plumbline_domain::text::{Lines, clean};

use super::guard::{API_KEY_PREFIX, Call};
use super::live::close_ended_sockets;
use super::problem::ApiError;
use super::{Answer, json, no_content};
use crate::crypto;
use crate::unicode::EdgeUnicode;

/// Lists the keys.
pub async fn list_api_keys(call: Call) -> Answer {
    json(&ApiKeys { api_keys: call.ctx.store()?.list_api_keys().await? }, 200)
}

/// Makes a key and shows its secret, this once.
pub async fn create_api_key(call: Call) -> Answer {
    let request: ApiKeyRequest = call.json().await?;
    let invalid = |field: &str, rule| ApiError::InvalidFields(vec![FieldError::new(field, rule)]);
    let name = clean(&request.name, Lines::Single, NAME_CHARS_MAX, &EdgeUnicode)
        .map_err(|_| invalid("name", Rule::TooLong { max: NAME_CHARS_MAX }))?;
    if name.is_empty() {
        return Err(invalid("name", Rule::Required));
    }
    if request.scopes.is_empty() {
        return Err(invalid("scopes", Rule::Required));
    }
    let mut scopes = request.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let secret = format!("{API_KEY_PREFIX}{}", crypto::random_secret());
    let api_key = ApiKey {
        id: ApiKeyId::new(call.ctx.now, crypto::random()),
        name,
        scopes,
        created_at: call.ctx.now,
        revoked_at: None,
    };
    call.ctx.store()?.insert_api_key(&api_key, &crypto::sha256_hex(&secret)).await?;
    json(&NewApiKey { api_key, secret }, 201)
}

/// Ends a key.
pub async fn revoke_api_key(call: Call) -> Answer {
    let id = call.parameter("api_key_id", ApiKeyId::parse)?;
    if call.ctx.store()?.revoke_api_key(id, call.ctx.now).await? {
        close_ended_sockets(&call).await;
        no_content()
    } else {
        Err(ApiError::NotFound)
    }
}
