//! The socket of an open dashboard.

use super::Answer;
use super::guard::Call;
use super::problem::ApiError;

/// Hands the upgrade to the feed once the caller is known, with what the caller's right rests on: the feed
/// asks about it again before it tells anything.
pub async fn open_live_feed(call: Call) -> Answer {
    let upgrade = call.header("upgrade").unwrap_or_default();
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(ApiError::InvalidQuery("This path speaks WebSocket only."));
    }
    let caller = call.credential_hash().ok_or(ApiError::Unauthorized)?;
    Ok(call.ctx.bindings.open_socket(&caller).await?)
}

/// Closes the sockets of those whose session or key has just ended.
pub async fn close_ended_sockets(call: &Call) {
    // Whatever fails here, the feed asks about every right before it tells the next lead.
    if let Err(error) = call.ctx.bindings.close_ended_sockets().await {
        worker::console_error!("sockets not closed: {error}");
    }
}
