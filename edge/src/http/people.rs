//! The owner's device reads who the leads are.

use super::guard::Call;
use super::{Answer, json};

/// Reads a page of people.
pub async fn list_people(call: Call) -> Answer {
    let after = call.after()?;
    json(&call.ctx.store()?.list_people(after).await?, 200)
}
