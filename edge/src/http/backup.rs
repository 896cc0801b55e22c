//! The owner takes the whole state away, or brings one back.

use plumbline_api::backup::{BackupRows, BackupTable, ROWS_BYTES_MAX, ROWS_MAX};
use plumbline_domain::field_error::{FieldError, Rule};

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
    let is_row = |row: &String| {
        serde_json::from_str::<Vec<serde_json::Value>>(row)
            .is_ok_and(|row| row.len() == table.columns().len())
    };
    if !request.rows.iter().all(is_row) {
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
