//! What the owner changes about a lead: read, held to its rules, and carried out in memory.

use std::collections::BTreeMap;

use plumbline_api::leads::{CALL_ANSWER_CHARS_MAX, CALL_FIELDS, LeadChange, ReviewChange};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::country_code;
use plumbline_domain::lead::{
    DEAL_VALUE, Lead, LeadEventKind, NOTE_CHARS_MAX, OVERRIDE_DAYS_MAX, REVIEW_REASON_CHARS_MAX,
    REVIEWER_CHARS_MAX, Review, Stage, StageError, parse_deal_value,
};
use plumbline_domain::scoring::ScoringModel;
use plumbline_domain::text::{Lines, TextError, clean};
use plumbline_domain::time::{DAY_MS, Timestamp};

use crate::unicode::EdgeUnicode;

/// Changes a lead in memory and returns what that tells, nothing when it is so already.
///
/// # Errors
/// What is wrong with the change; the lead may be half changed then and is not to be stored.
pub(super) fn apply(
    change: LeadChange,
    lead: &mut Lead,
    model: &ScoringModel,
    now: Timestamp,
) -> Result<Vec<LeadEventKind>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let note = change.note.map(|note| text("note", &note, NOTE_CHARS_MAX, &mut errors));
    let answers = read_answers(change.answers, model, &mut errors);
    let review = change.review.map(|review| read_review(review, model, now, &mut errors));
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut kinds = Vec::new();
    kinds.extend(lead.answer(&answers, model, now));
    if let Some(rejection) = change.rejection {
        if change.stage.is_some() {
            return wrong("stage", Rule::IllegalStage);
        }
        // A day begins up to a day earlier elsewhere.
        if rejection.wake_at.is_some_and(|at| now.since(at) > DAY_MS) {
            return wrong("rejection.wake_at", Rule::OutOfRange);
        }
        kinds.push(lead.reject(rejection.reason, rejection.wake_at, now).map_err(illegal)?);
    } else if let Some(stage) = change.stage {
        kinds.push(move_to(lead, stage, model, now)?);
    }
    if change.answered {
        kinds.extend(lead.answer_request(now));
    }
    if let Some(note) = note {
        kinds.push(lead.set_note(note, now));
    }
    if let Some(mailbox) = change.mailbox {
        kinds.push(lead.see_mailbox(mailbox, now));
    }
    if let Some(review) = review {
        kinds.push(lead.set_review(review, now));
    }
    if let Some(is_qualified) = change.service_qualified {
        if lead.summary.stage != Stage::Customer {
            return wrong("service_qualified", Rule::IllegalStage);
        }
        kinds.extend(lead.set_service_qualified(is_qualified, model, now));
    }
    kinds.extend(lead.qualify(model, now));
    Ok(kinds)
}

fn wrong<T>(field: &str, rule: Rule) -> Result<T, Vec<FieldError>> {
    Err(vec![FieldError::new(field, rule)])
}

fn illegal(_: StageError) -> Vec<FieldError> {
    vec![FieldError::new("stage", Rule::IllegalStage)]
}

/// Moves a lead to another stage: back only by a rejection, and to sales only with what it must know.
fn move_to(
    lead: &mut Lead,
    stage: Stage,
    model: &ScoringModel,
    now: Timestamp,
) -> Result<LeadEventKind, Vec<FieldError>> {
    // Whoever sends a lead back says why: it is what the next score is made from.
    if stage == Stage::Lead && lead.summary.stage > Stage::Lead {
        return wrong("rejection", Rule::Required);
    }
    if stage >= Stage::SalesQualified && lead.summary.stage < Stage::SalesQualified {
        let known = lead.signals();
        let required = model.qualification.sales.required.iter();
        let missing: Vec<_> = required
            .filter(|name| known.fact(name).is_none())
            .map(|name| FieldError::new(name, Rule::Required))
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
    }
    lead.move_to(stage, now).map_err(illegal)
}

/// Reads what a person thinks of a score.
fn read_review(
    review: ReviewChange,
    model: &ScoringModel,
    now: Timestamp,
    errors: &mut Vec<FieldError>,
) -> Review {
    let ReviewChange { author, reason, cell, until } = review;
    let author = text("review.author", &author, REVIEWER_CHARS_MAX, errors);
    let reason = text("review.reason", &reason, REVIEW_REASON_CHARS_MAX, errors);
    for (field, text) in [("review.author", &author), ("review.reason", &reason)] {
        if text.is_empty() {
            errors.push(FieldError::new(field, Rule::Required));
        }
    }
    let fits = |until: Timestamp| (1..=OVERRIDE_DAYS_MAX * DAY_MS).contains(&until.since(now));
    if cell.is_some() != until.is_some() || until.is_some_and(|until| !fits(until)) {
        errors.push(FieldError::new("review.until", Rule::OutOfRange));
    }
    Review { author, reason, at: now, model_version: model.version, cell, until }
}

/// Returns an answer as rules know it, where it is one of theirs in other words: whoever notes a call
/// writes “Yes”, and “Germany”.
fn as_rules_say(name: &str, answer: String, model: &ScoringModel) -> String {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let known = model.known_answers(name);
    if let Some(known) = known.into_iter().find(|known| plain(known) == plain(&answer)) {
        return known;
    }
    let code = (name == "country").then(|| country_code(&answer)).flatten();
    code.map_or(answer, str::to_owned)
}

/// Reads what was learned in a call.
fn read_answers(
    answers: BTreeMap<String, String>,
    model: &ScoringModel,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for (name, answer) in answers {
        if CALL_FIELDS.contains(&name.as_str()) {
            let mut answer = text(&name, &answer, CALL_ANSWER_CHARS_MAX, errors);
            if name == DEAL_VALUE && !answer.is_empty() {
                match parse_deal_value(&answer) {
                    Some(value) => answer = value.to_string(),
                    None => errors.push(FieldError::new(&name, Rule::OutOfRange)),
                }
            }
            let answer = as_rules_say(&name, answer, model);
            read.insert(name, answer);
        } else {
            errors.push(FieldError::new(&name, Rule::UnknownField));
        }
    }
    read
}

/// Returns a text as it is stored; empty where it cannot be, which is then among the errors.
fn text(field: &str, text: &str, max: usize, errors: &mut Vec<FieldError>) -> String {
    clean(text, Lines::Many, max, &EdgeUnicode).unwrap_or_else(|error| {
        let rule = match error {
            TextError::ControlCharacter => Rule::ControlCharacter,
            TextError::TooLong => Rule::TooLong { max },
        };
        errors.push(FieldError::new(field, rule));
        String::new()
    })
}
