//! Signing in with a one-time link, and out at once.

use plumbline_api::sessions::{Session, SessionRequest};
use plumbline_domain::time::{DAY_MS, Timestamp};
use worker::Response;

use super::guard::Call;
use super::live::close_ended_sockets;
use super::problem::ApiError;
use super::{Answer, client, json, no_content};
use crate::crypto;

/// How long a session lives, in milliseconds: 12 hours.
const SESSION_MS: i64 = 12 * 3_600_000;
/// How long a sign-in link works, in milliseconds.
const LINK_MS: i64 = DAY_MS;

/// Opens a session with the token of a link; the link is used up by it.
pub async fn open_session(call: Call) -> Answer {
    // Another site may not sign a visitor into this dashboard.
    call.check_same_origin()?;
    // Ten guesses of a link a minute (attack case 41).
    client::check_sign_in_rate(&call.ctx.bindings, &call.network()).await?;
    let request: SessionRequest = call.json().await?;
    let token = crypto::random_secret();
    let now = call.ctx.now;
    let at = |ms: i64| Timestamp::from_ms(now.as_ms() + ms);
    let expires_at = at(SESSION_MS);
    let link = crypto::sha256_hex(&request.token);
    let session = crypto::sha256_hex(&token);
    let opened =
        call.ctx.store()?.open_session(&link, &session, now, at(-LINK_MS), expires_at).await?;
    if !opened {
        return Err(ApiError::InvalidSignInLink);
    }
    let mut response = json(&Session { expires_at }, 201)?;
    set_cookie(&call, &mut response, &token, SESSION_MS / 1_000)?;
    Ok(response)
}

/// Reads the present session.
pub async fn find_session(call: Call) -> Answer {
    let hash = call.session_hash().ok_or(ApiError::Unauthorized)?;
    let found = call.ctx.store()?.find_session(&hash, call.ctx.now).await?;
    json(&Session { expires_at: found.ok_or(ApiError::Unauthorized)? }, 200)
}

/// Ends the present session in the store, so the cookie is worth nothing wherever it went.
pub async fn close_session(call: Call) -> Answer {
    let hash = call.session_hash().ok_or(ApiError::Unauthorized)?;
    call.ctx.store()?.close_session(&hash).await?;
    close_ended_sockets(&call).await;
    let mut response = no_content()?;
    set_cookie(&call, &mut response, "", 0)?;
    Ok(response)
}

fn set_cookie(
    call: &Call,
    response: &mut Response,
    token: &str,
    seconds: i64,
) -> worker::Result<()> {
    let name = call.cookie_name();
    let secure = if call.is_encrypted() { "; Secure" } else { "" };
    let cookie =
        format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    response.headers_mut().set("set-cookie", &cookie)
}
