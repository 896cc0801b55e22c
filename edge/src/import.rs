//! A part of a file becomes leads, top to bottom.

use std::collections::BTreeSet;

use plumbline_api::imports::{Import, LineOutcome};
use plumbline_domain::email::{Assessment, DnsFailure, DomainFacts, SyntaxReason, assess};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::LeadId;
use plumbline_domain::import::{
    Candidate, Decision, ImportAction, ImportLine, SuppressionReason, decide,
};
use plumbline_domain::lead::{Findings, Lead, Submission, mailbox_key};
use plumbline_domain::scoring::ScoringModel;

use crate::capture::wake_feed_soon;
use crate::context::Ctx;
use crate::crypto;
use crate::email::tables::Tables;
use crate::http::problem::ApiError;
use crate::phone::submitted_phone;
use crate::store::Store;
use crate::store::imports::{ImportedPart, UpdatedLead};
use crate::store::many::ChangedLead;
use crate::unicode::EdgeUnicode;

/// Imports lines into `import`, or only says what would become of them when there is none. A line that
/// was imported before changes nothing, and is told as it was.
///
/// # Errors
/// When the database fails; then none of these lines was imported.
pub async fn import_lines(
    ctx: &Ctx,
    import: Option<&Import>,
    lines: &[ImportLine],
) -> Result<Vec<LineOutcome>, ApiError> {
    let store = ctx.store()?;
    let model = store.find_model().await?;
    let tables = Tables::read(&ctx.bindings).await;
    let check = |line: &ImportLine| {
        let submission = line.check(&EdgeUnicode)?;
        Ok(candidate(ctx, import, line, submission, &tables, &model))
    };
    let checked: Vec<Result<Candidate, Vec<FieldError>>> = lines.iter().map(check).collect();
    let keys = checked.iter().flatten().flat_map(|candidate| &candidate.lead.details.keys);
    let known = store.find_by_keys(&keys.collect::<Vec<_>>()).await?;
    let mut candidates = Vec::with_capacity(checked.len());
    let checked: Vec<Result<(), Vec<FieldError>>> =
        checked.into_iter().map(|one| one.map(|candidate| candidates.push(candidate))).collect();
    let mut decisions = decide(candidates, &known, &model, ctx.now).into_iter();
    let mut part = ImportedPart::default();
    let mut outcomes = Vec::with_capacity(lines.len());
    for (said, checked) in lines.iter().zip(checked) {
        let line = said.line;
        let decision = match checked {
            Ok(()) => decisions.next(),
            Err(errors) => {
                outcomes.push(wrong(line, errors));
                continue;
            }
        };
        let Some(decision) = decision else { break };
        let lead_id = Some(decision.lead_id());
        let action = match decision {
            Decision::Create(lead) => {
                let key = import.map(|import| line_key(import, said)).unwrap_or_default();
                part.created.push((lead, key));
                ImportAction::Create
            }
            Decision::Created(_) => ImportAction::Create,
            Decision::Update(lead, kinds) => {
                let events = ctx.named(kinds);
                part.updated.push(UpdatedLead { changed: ChangedLead { lead, events }, line });
                ImportAction::Update
            }
            Decision::Joined(_) => ImportAction::Update,
            Decision::Skip(_) => ImportAction::Skip,
        };
        outcomes.push(LineOutcome { line, action, lead_id, errors: Vec::new() });
    }
    if let Some(import) = import {
        tell_again(&store, import, &mut outcomes).await?;
        store.import_part(import.id, &part, ctx.now).await?;
        wake_feed_soon(ctx);
    }
    Ok(outcomes)
}

/// Tells lines that changed a lead when they were sent first, and whose answer was lost, as they were told
/// then: now the lead says all of it already.
async fn tell_again(
    store: &Store,
    import: &Import,
    outcomes: &mut [LineOutcome],
) -> Result<(), ApiError> {
    let is_known = |outcome: &&LineOutcome| outcome.action == ImportAction::Skip;
    let known: Vec<_> =
        outcomes.iter().filter(is_known).filter_map(|outcome| outcome.lead_id).collect();
    if known.is_empty() {
        return Ok(());
    }
    let sent: BTreeSet<u32> = outcomes.iter().map(|outcome| outcome.line).collect();
    let updated: BTreeSet<LeadId> = store
        .find_updated(import.id, &known)
        .await?
        .into_iter()
        .filter_map(|(lead_id, line)| sent.contains(&line).then_some(lead_id))
        .collect();
    for outcome in outcomes {
        let is_updated = outcome.lead_id.is_some_and(|id| updated.contains(&id));
        if outcome.action == ImportAction::Skip && is_updated {
            outcome.action = ImportAction::Update;
        }
    }
    Ok(())
}

/// Keeps mail from the addresses of `lines`, or only says of which it would.
///
/// # Errors
/// When the database fails; then none of them is suppressed.
pub async fn suppress_lines(
    ctx: &Ctx,
    import: Option<&Import>,
    lines: &[ImportLine],
    reason: SuppressionReason,
) -> Result<Vec<LineOutcome>, ApiError> {
    let mut keys = Vec::new();
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        match line.check(&EdgeUnicode) {
            Ok(Submission { email: Some(address), .. }) => {
                keys.push(mailbox_key(&address, None));
                let (line, action) = (line.line, ImportAction::Create);
                outcomes.push(LineOutcome { line, action, lead_id: None, errors: Vec::new() });
            }
            Ok(_) => {
                let missing = FieldError::new("email", Rule::Required);
                outcomes.push(wrong(line.line, vec![missing]));
            }
            Err(errors) => outcomes.push(wrong(line.line, errors)),
        }
    }
    if let Some(import) = import {
        ctx.store()?.suppress(&keys, reason, Some(import.id), ctx.now).await?;
    }
    Ok(outcomes)
}

fn candidate(
    ctx: &Ctx,
    import: Option<&Import>,
    line: &ImportLine,
    submission: Submission,
    tables: &Tables,
    model: &ScoringModel,
) -> Candidate {
    let opened_at = import.map_or(ctx.now, |import| import.created_at);
    let captured_at = line.captured_at.filter(|at| *at < opened_at).unwrap_or(opened_at);
    let id = LeadId::new(
        captured_at,
        import.map_or_else(crypto::random, |import| in_order(import, line)),
    );
    let findings = findings(ctx, &submission, tables);
    let mut lead = Lead::import(id, submission, findings, model, captured_at);
    line.note.trim().clone_into(&mut lead.details.note);
    if let Some(stage) = line.stage {
        lead.summary.stage = stage;
        lead.details.qualified.clear();
    }
    Candidate { lead, stage: line.stage }
}

/// What is known of a line without asking anybody: a file names more domains than one request may look
/// up, so they are left to the clock (`recheck`).
fn findings(ctx: &Ctx, submission: &Submission, tables: &Tables) -> Findings {
    let assessment = match &submission.email {
        Some(address) => {
            let facts = DomainFacts::failed(DnsFailure::LookupLimit, ctx.now, 0);
            assess(address, &facts, &tables.lists())
        }
        None => Assessment::of_bad_syntax(SyntaxReason::Empty, ctx.now),
    };
    Findings { assessment, phone: submitted_phone(submission, "") }
}

/// What is random in other ids. The same line has the same id, so that it can be sent again; and lines
/// have ids in their order (RFC 9562 §6.2), so that the leads of a file lie side by side in the store.
fn in_order(import: &Import, line: &ImportLine) -> [u8; 10] {
    let [_, high, middle, low] = line.line.to_be_bytes();
    let hash = crypto::sha256(&line_key(import, line));
    let mut bytes = std::array::from_fn(|place| hash.get(place).copied().unwrap_or_default());
    // Version and variant take four bits of the first byte and two of the third.
    bytes[..4].copy_from_slice(&[0, high, middle >> 4, middle << 4 | low >> 4]);
    bytes[4] = low << 4 | bytes[4] & 0xf;
    bytes
}

/// The same line of the same import, saying the same.
fn line_key(import: &Import, line: &ImportLine) -> String {
    let said = serde_json::to_string(&line.answers).unwrap_or_default();
    let mut hash = crypto::sha256_hex(&said);
    hash.truncate(16);
    format!("{}:{}:{hash}", import.id, line.line)
}

fn wrong(line: u32, errors: Vec<FieldError>) -> LineOutcome {
    LineOutcome { line, action: ImportAction::Error, lead_id: None, errors }
}
