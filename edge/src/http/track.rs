//! The owner's product tells what people do in it.

use plumbline_api::track::Tracked;

use super::guard::Call;
use super::{Answer, json};
use crate::track::track;

/// Takes in what people did.
pub async fn track_events(call: Call) -> Answer {
    let request = call.json().await?;
    json(&Tracked { leads: track(&call.ctx, request).await? }, 200)
}
