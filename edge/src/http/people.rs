//! The owner's device reads who the leads are.

use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::LeadId;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json};

/// Reads a page of people.
pub async fn list_people(call: Call) -> Answer {
    let mut query = form_urlencoded::parse(call.query().as_bytes());
    let after = query.find(|(name, _)| name == "after");
    let after = after.map(|(_, value)| LeadId::parse(&value)).transpose();
    let after = after
        .map_err(|_| ApiError::InvalidFields(vec![FieldError::new("after", Rule::OutOfRange)]))?;
    json(&call.ctx.store()?.list_people(after).await?, 200)
}
