//! A part of a file becomes leads, top to bottom.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_api::imports::{AnswerChange, DoubtKind, Import, LineDoubt, LineOutcome};
use plumbline_domain::email::{
    Assessment, DnsFailure, DomainClass, DomainFacts, SyntaxReason, assess,
};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::{CONSENT_DENIED, CONSENT_GIVEN};
use plumbline_domain::id::LeadId;
use plumbline_domain::import::{
    Candidate, CheckedLine, Decision, ImportAction, ImportLine, SuppressionReason, decide,
};
use plumbline_domain::lead::{
    CONSENT, Findings, Lead, LeadDetails, LeadEventKind, Submission, mailbox_key,
};
use plumbline_domain::phone::PhoneNumber;
use plumbline_domain::scoring::ScoringModel;
use plumbline_domain::time::{DAY_MS, Timestamp};

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
        let CheckedLine { submission, mut faults } = line.check(&EdgeUnicode)?;
        faults.extend(date_to_come(import, line, ctx.now));
        Ok((candidate(ctx, import, line, submission, &tables, &model), faults))
    };
    let checked = without_erased(ctx, &store, lines.iter().map(check).collect()).await?;
    let leads = || checked.iter().flatten().map(|(candidate, _)| &candidate.lead.details);
    let mut known =
        store.find_by_keys(&leads().flat_map(|of| &of.keys).collect::<Vec<_>>()).await?;
    let named: Vec<LeadId> = lines.iter().filter_map(|line| line.lead_id).collect();
    known.extend(store.find_named(&named).await?);
    let mailboxes: Vec<&str> = leads().map(|of| of.mailbox_key.as_str()).collect();
    let suppressed = match import {
        Some(_) => BTreeMap::new(),
        None => store.find_suppressed(&mailboxes, ctx.now).await?,
    };
    let mut doubted = leads().map(doubts).collect::<Vec<_>>().into_iter();
    let mut agrees = leads().map(|of| says(of, CONSENT_GIVEN)).collect::<Vec<_>>().into_iter();
    let mut candidates = Vec::with_capacity(checked.len());
    let mut mailboxes = Vec::with_capacity(checked.len());
    let checked: Vec<Result<Vec<FieldError>, Vec<FieldError>>> = checked
        .into_iter()
        .map(|one| {
            one.map(|(candidate, faults)| {
                mailboxes.push(candidate.lead.details.mailbox_key.clone());
                candidates.push(candidate);
                faults
            })
        })
        .collect();
    let mut mailboxes = mailboxes.into_iter();
    let mut decisions = decide(candidates, &known, &model, ctx.now).into_iter();
    let mut part = ImportedPart::default();
    let mut outcomes = Vec::with_capacity(lines.len());
    for (said, checked) in lines.iter().zip(checked) {
        let line = said.line;
        let errors = match checked {
            Ok(faults) => faults,
            Err(errors) => {
                let is_erased = errors.is_empty();
                let mut outcome = wrong(line, errors);
                if is_erased {
                    outcome.doubts = vec![LineDoubt { kind: DoubtKind::Erased, suggestion: None }];
                }
                outcomes.push(outcome);
                continue;
            }
        };
        let (Some(decision), Some(mailbox)) = (decisions.next(), mailboxes.next()) else { break };
        let mut doubts = doubted.next().unwrap_or_default();
        let lead_id = Some(decision.lead_id());
        let before = known.iter().find(|(_, lead)| Some(lead.summary.id) == lead_id);
        if agrees.next() == Some(true)
            && before.is_some_and(|(_, lead)| says(&lead.details, CONSENT_DENIED))
        {
            doubts.push(LineDoubt { kind: DoubtKind::SaidNo, suggestion: None });
        }
        let changes = match &decision {
            Decision::Update(lead, kinds) if import.is_none() => changes(lead, kinds, &known),
            _ => Vec::new(),
        };
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
        let suppressed = suppressed.get(&mailbox).copied();
        outcomes.push(LineOutcome { line, action, lead_id, errors, doubts, changes, suppressed });
    }
    if let Some(import) = import {
        tell_again(&store, import, &mut outcomes).await?;
        store.import_part(import.id, &part, ctx.now).await?;
        wake_feed_soon(ctx);
    }
    Ok(outcomes)
}

/// Says that a line is dated later than its import. A day is given by its midnight in UTC, which may be
/// to come while the day has begun further east.
fn date_to_come(import: Option<&Import>, line: &ImportLine, now: Timestamp) -> Option<FieldError> {
    let opened_at = import.map_or(now, |import| import.created_at);
    let is_to_come = line.captured_at.is_some_and(|at| at.since(opened_at) > DAY_MS);
    is_to_come.then(|| FieldError::new("captured_at", Rule::OutOfRange))
}

/// Takes out the lines of erased people: nothing is wrong with them, and only they can come back, by a form of
/// their own.
async fn without_erased(
    ctx: &Ctx,
    store: &Store,
    checked: Vec<Checked>,
) -> Result<Vec<Checked>, ApiError> {
    let mailbox = |candidate: &Candidate| candidate.lead.details.mailbox_key.clone();
    let mailboxes: Vec<String> =
        checked.iter().flatten().map(|(candidate, _)| mailbox(candidate)).collect();
    let mailboxes: Vec<&str> = mailboxes.iter().map(String::as_str).collect();
    let erased = store.find_erased(&mailboxes, ctx.now).await?;
    let keep = |one: Checked| match one {
        Ok((candidate, _)) if erased.contains(&mailbox(&candidate)) => Err(Vec::new()),
        one => one,
    };
    Ok(checked.into_iter().map(keep).collect())
}

/// A line as the lead that it would be, with the cells that were left out; or what is wrong with it, nothing
/// where its person was erased.
type Checked = Result<(Candidate, Vec<FieldError>), Vec<FieldError>>;

fn says(lead: &LeadDetails, consent: &str) -> bool {
    lead.answers.get(CONSENT).is_some_and(|said| said == consent)
}

/// Returns what is worth a look of a line that can be used.
fn doubts(lead: &LeadDetails) -> Vec<LineDoubt> {
    let assessment = &lead.assessment;
    let typo = assessment.suggestion.clone();
    let is_disposable = assessment.domain_class == DomainClass::Disposable && typo.is_none();
    let number = lead.answers.get("phone");
    let is_number = number.is_none_or(|text| PhoneNumber::read(text, &EdgeUnicode).is_some());
    let doubt = |kind, suggestion| LineDoubt { kind, suggestion };
    let typo = typo.map(|domain| doubt(DoubtKind::Typo, Some(domain)));
    let disposable = is_disposable.then(|| doubt(DoubtKind::Disposable, None));
    let phone = (!is_number).then(|| doubt(DoubtKind::Phone, None));
    [typo, disposable, phone].into_iter().flatten().collect()
}

/// Returns what an update changes, before and after.
fn changes(lead: &Lead, kinds: &[LeadEventKind], known: &[(String, Lead)]) -> Vec<AnswerChange> {
    let before = known.iter().find(|(_, one)| one.summary.id == lead.summary.id);
    let Some((_, before)) = before else { return Vec::new() };
    let Some(LeadEventKind::Updated { fields }) = kinds.first() else { return Vec::new() };
    let value = |lead: &Lead, field: &str| match field {
        "stage" => lead.summary.stage.as_str().to_owned(),
        "note" => lead.details.note.clone(),
        _ => lead.details.answers.get(field).cloned().unwrap_or_default(),
    };
    let change = |field: &String| AnswerChange {
        field: field.clone(),
        before: value(before, field),
        after: value(lead, field),
    };
    fields.iter().map(change).collect()
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
            Ok(CheckedLine { submission: Submission { email: Some(address), .. }, .. }) => {
                keys.push(mailbox_key(&address, None));
                let done = ImportAction::Create;
                outcomes.push(LineOutcome { action: done, ..wrong(line.line, Vec::new()) });
            }
            // What else the line says does not matter here.
            Ok(CheckedLine { faults, .. }) => {
                let fault = faults.into_iter().find(|fault| fault.field == "email");
                let missing = || FieldError::new("email", Rule::Required);
                outcomes.push(wrong(line.line, vec![fault.unwrap_or_else(missing)]));
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
    let says = lead.details.answers.contains_key(CONSENT);
    lead.details.consent_read_at = says.then_some(ctx.now);
    lead.details.note = line.clean_note(&EdgeUnicode).unwrap_or_default();
    if let Some(stage) = line.stage {
        lead.summary.stage = stage;
        lead.details.qualified.clear();
    }
    Candidate { lead, stage: line.stage, named: line.lead_id }
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
    let (action, changes) = (ImportAction::Error, Vec::new());
    LineOutcome {
        line,
        action,
        lead_id: None,
        errors,
        doubts: Vec::new(),
        changes,
        suppressed: None,
    }
}
