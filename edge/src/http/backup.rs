//! The owner takes the whole state away, or brings one back.

use plumbline_api::backup::{
    BackupRows, BackupTable, LeftOutRow, ROWS_BYTES_MAX, ROWS_MAX, RestoredRows,
};
use plumbline_domain::field_error::{FieldError, Rule};
use serde_json::Value;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json, no_content};
use crate::capture::wake_feed_soon;

mod rows;

/// Reads rows of a table.
pub async fn read_backup(call: Call) -> Answer {
    let table = call.parameter("table", named_table)?;
    let mut query = form_urlencoded::parse(call.query().as_bytes());
    let after = query.find(|(name, _)| name == "after").map(|(_, value)| value.into_owned());
    let is_place = |text: &String| serde_json::from_str::<Vec<Value>>(text).is_ok();
    if after.as_ref().is_some_and(|after| !is_place(after)) {
        return Err(ApiError::InvalidFields(vec![FieldError::new("after", Rule::OutOfRange)]));
    }
    json(&call.ctx.store()?.read_backup(table, after.as_deref()).await?, 200)
}

/// Brings rows of a table back.
pub async fn write_backup(call: Call) -> Answer {
    let table = call.parameter("table", named_table)?;
    let request: BackupRows = call.json_up_to(ROWS_BYTES_MAX).await?;
    if request.rows.len() > ROWS_MAX as usize {
        return Err(ApiError::InvalidFields(vec![FieldError::new("rows", Rule::OutOfRange)]));
    }
    let (mut sound, mut left_out) = (Vec::new(), Vec::new());
    for (number, row) in request.rows.into_iter().enumerate() {
        match rows::check(table, &row) {
            Ok(()) => sound.push((number, row)),
            Err(column) => left_out.push(LeftOutRow { number, column: column.to_owned() }),
        }
    }
    let store = call.ctx.store()?;
    if table == BackupTable::Leads {
        let mailboxes: Vec<String> = sound.iter().map(|(_, row)| rows::mailbox(row)).collect();
        let asked: Vec<&str> = mailboxes.iter().map(String::as_str).collect();
        let erased = store.find_erased(&asked, call.ctx.now).await?;
        let (gone, kept): (Vec<_>, Vec<_>) = sound
            .into_iter()
            .zip(&mailboxes)
            .partition(|(_, mailbox)| erased.contains(mailbox.as_str()));
        left_out.extend(
            gone.into_iter()
                .map(|((number, _), _)| LeftOutRow { number, column: "erased".to_owned() }),
        );
        sound = kept.into_iter().map(|(row, _)| row).collect();
    }
    let sound: Vec<String> = sound.into_iter().map(|(_, row)| row).collect();
    // Rows of another book would get between those that are here.
    if table == BackupTable::Events && store.has_other_events(&sound).await? {
        return Err(ApiError::NotEmpty);
    }
    store.write_backup(table, &sound, call.ctx.now).await?;
    json(&RestoredRows { left_out }, 200)
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
