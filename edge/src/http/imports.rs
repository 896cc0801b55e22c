//! The owner brings leads from elsewhere.

use plumbline_api::imports::{
    IMPORT_LINES_MAX, Import, ImportLines, ImportRequest, Imports, LINES_BYTES_MAX, LINES_MAX,
    LineOutcomes, MAILBOXES_MAX, NAME_CHARS_MAX, Suppressed, SuppressionQuestion, UndoneImport,
};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::ImportId;
use plumbline_domain::text::{Lines, clean};

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json};
use crate::capture::wake_feed_soon;
use crate::crypto;
use crate::import::{import_lines, suppress_lines};
use crate::unicode::EdgeUnicode;

/// Opens an import.
pub async fn open_import(call: Call) -> Answer {
    let request: ImportRequest = call.json().await?;
    let invalid = |field: &str, rule| ApiError::InvalidFields(vec![FieldError::new(field, rule)]);
    let name = clean(&request.name, Lines::Single, NAME_CHARS_MAX, &EdgeUnicode)
        .map_err(|_| invalid("name", Rule::TooLong { max: NAME_CHARS_MAX }))?;
    if !(1..=IMPORT_LINES_MAX).contains(&request.lines) {
        return Err(invalid("lines", Rule::OutOfRange));
    }
    let import = Import {
        id: ImportId::new(call.ctx.now, crypto::random()),
        name,
        lines: request.lines,
        created_at: call.ctx.now,
        undone_at: None,
    };
    call.ctx.store()?.insert_import(&import).await?;
    json(&import, 201)
}

/// Lists the newest imports.
pub async fn list_imports(call: Call) -> Answer {
    json(&Imports { imports: call.ctx.store()?.list_imports().await? }, 200)
}

/// Says what lines would become.
pub async fn check_lines(call: Call) -> Answer {
    outcomes(&call, None).await
}

/// Imports lines.
pub async fn import_some(call: Call) -> Answer {
    let import = found(&call).await?;
    outcomes(&call, Some(&import)).await
}

async fn outcomes(call: &Call, import: Option<&Import>) -> Answer {
    let request: ImportLines = call.json_up_to(LINES_BYTES_MAX).await?;
    if !(1..=LINES_MAX).contains(&request.lines.len()) {
        let error = FieldError::new("lines", Rule::OutOfRange);
        return Err(ApiError::InvalidFields(vec![error]));
    }
    let outcomes = match request.suppress {
        Some(reason) => suppress_lines(&call.ctx, import, &request.lines, reason).await?,
        None => import_lines(&call.ctx, import, &request.lines).await?,
    };
    json(&LineOutcomes { outcomes }, 200)
}

/// An import that was undone takes no more lines.
async fn found(call: &Call) -> Result<Import, ApiError> {
    let id = call.parameter("import_id", ImportId::parse)?;
    let import = call.ctx.store()?.find_import(id).await?;
    import.filter(|import| import.undone_at.is_none()).ok_or(ApiError::NotFound)
}

/// Takes back a part of an import.
pub async fn undo_import(call: Call) -> Answer {
    let import = found(&call).await?;
    let (store, now) = (call.ctx.store()?, call.ctx.now);
    let leads = store.list_imported(import.id).await?;
    let remains = leads.len() == LINES_MAX;
    let undone = leads.iter().filter(|lead| lead.is_unchanged).count();
    let kept = leads.len() - undone;
    if !leads.is_empty() {
        let named = |lead| (lead, call.ctx.event_id());
        let leads: Vec<_> = leads.into_iter().map(named).collect();
        store.undo_imported(import.id, &leads, now).await?;
        wake_feed_soon(&call.ctx);
    }
    if !remains {
        store.close_import(import.id, now).await?;
    }
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    json(&UndoneImport { undone: count(undone), kept: count(kept), remains }, 200)
}

/// Says which mailboxes no mail may reach.
pub async fn check_suppressions(call: Call) -> Answer {
    let SuppressionQuestion { mailboxes } = call.json().await?;
    if mailboxes.len() > MAILBOXES_MAX {
        return Err(ApiError::InvalidFields(vec![FieldError::new("mailboxes", Rule::OutOfRange)]));
    }
    let mailboxes: Vec<&str> = mailboxes.iter().map(String::as_str).collect();
    let suppressed = call.ctx.store()?.find_suppressed(&mailboxes, call.ctx.now).await?;
    json(&Suppressed { suppressed }, 200)
}
