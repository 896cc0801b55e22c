//! The owner takes the whole state away, or brings one back.

use plumbline_api::backup::{BackupRows, BackupTable, ROWS_BYTES_MAX, ROWS_MAX};
use plumbline_api::submissions::SubmissionRequest;
use plumbline_domain::attribution::Source;
use plumbline_domain::email::Verdict;
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::Form;
use plumbline_domain::id::{FormId, LeadId};
use plumbline_domain::lead::{LeadDetails, LeadEventKind, Stage};
use plumbline_domain::scoring::{Cell, ScoringModel};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json, no_content};
use crate::capture::wake_feed_soon;

/// Reads rows of a table.
pub async fn read_backup(call: Call) -> Answer {
    let table = call.parameter("table", named_table)?;
    let mut query = form_urlencoded::parse(call.query().as_bytes());
    let after = query.find(|(name, _)| name == "after").map(|(_, value)| value.into_owned());
    json(&call.ctx.store()?.read_backup(table, after.as_deref()).await?, 200)
}

/// Brings rows of a table back.
pub async fn write_backup(call: Call) -> Answer {
    let table = call.parameter("table", named_table)?;
    let request: BackupRows = call.json_up_to(ROWS_BYTES_MAX).await?;
    if request.rows.len() > ROWS_MAX as usize {
        return Err(ApiError::InvalidFields(vec![FieldError::new("rows", Rule::OutOfRange)]));
    }
    if !request.rows.iter().all(|row| is_sound(table, row)) {
        return Err(ApiError::MalformedBody);
    }
    call.ctx.store()?.write_backup(table, &request.rows).await?;
    no_content()
}

/// Makes search and keys of what came back.
pub async fn finish_restore(call: Call) -> Answer {
    call.ctx.store()?.deliver_again().await?;
    wake_feed_soon(&call.ctx);
    no_content()
}

fn named_table(text: &str) -> Result<BackupTable, ()> {
    BackupTable::parse(text).ok_or(())
}

/// Whether a row is one that a deployment could have written. A form or a model that cannot be read would turn
/// visitors away, and a lead that cannot would hide its page of the list. What a model may ask was once more
/// than it is now: an old one comes back as it was.
fn is_sound(table: BackupTable, row: &str) -> bool {
    let Ok(cells) = serde_json::from_str::<Vec<Value>>(row) else { return false };
    let cell = |name: &str| {
        let place = table.columns().iter().position(|column| *column == name)?;
        cells.get(place)?.as_str()
    };
    let number = |name: &str| {
        let place = table.columns().iter().position(|column| *column == name)?;
        cells.get(place)?.as_i64()
    };
    fn reads<T: DeserializeOwned>(text: Option<&str>) -> Option<T> {
        serde_json::from_str(text?).ok()
    }
    let is_sound = match table {
        BackupTable::Forms => reads::<Form>(cell("definition")).is_some(),
        BackupTable::ScoringModels => reads::<ScoringModel>(cell("definition"))
            .is_some_and(|model| Some(i64::from(model.version)) == number("version")),
        BackupTable::Events => reads::<LeadEventKind>(cell("kind")).is_some(),
        BackupTable::Quarantine => reads::<SubmissionRequest>(cell("submission")).is_some(),
        BackupTable::Leads => {
            reads::<LeadDetails>(cell("details")).is_some()
                && cell("id").is_some_and(|text| LeadId::parse(text).is_ok())
                && cell("form_id").is_some_and(|text| FormId::parse(text).is_ok())
                && ["captured_at", "updated_at", "version", "fit", "engagement", "rank"]
                    .iter()
                    .all(|name| number(name).is_some())
                && cell("stage").and_then(Stage::parse).is_some()
                && cell("cell").and_then(Cell::parse).is_some()
                && cell("source").and_then(Source::parse).is_some()
                && cell("verdict").and_then(Verdict::parse).is_some()
        }
        _ => true,
    };
    is_sound && cells.len() == table.columns().len()
}
