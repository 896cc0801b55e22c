//! The socket of an open dashboard.

use super::Answer;
use super::guard::Call;
use super::problem::ApiError;

/// Hands the upgrade to the feed once the caller is known.
pub async fn open_live_feed(call: Call) -> Answer {
    let upgrade = call.header("upgrade").unwrap_or_default();
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(ApiError::InvalidQuery("This path speaks WebSocket only."));
    }
    let ctx = call.ctx.clone();
    Ok(ctx.bindings.open_socket(call.into_request()).await?)
}
