//! What people did in the product is taken in, top to bottom.

use std::collections::BTreeMap;

use plumbline_api::track::{TRACKED_EVENTS_MAX, TrackRequest, TrackedEvent, TrackedLead};
use plumbline_domain::attribution::Attribution;
use plumbline_domain::email::{DnsFailure, DomainFacts, EmailAddress, assess};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::{Findings, Lead, QualifiedAs, Submission};
use plumbline_domain::scoring::{ScoringModel, is_event_name};
use plumbline_domain::time::Timestamp;

use crate::capture::wake_feed_soon;
use crate::context::Ctx;
use crate::crypto;
use crate::email::tables::Tables;
use crate::http::problem::ApiError;
use crate::store::many::ChangedLead;
use crate::store::track::TrackedPart;
use crate::unicode::EdgeUnicode;

/// How far ahead of ours another clock may be, in milliseconds.
const CLOCKS_APART_MS: i64 = 60_000;
/// How often it is tried again when others change the same leads.
const ROUNDS_MAX: usize = 6;

/// Somebody who did something.
struct Person {
    id: Option<LeadId>,
    /// What becomes of them if nobody is known by their address.
    stranger: Option<Lead>,
    /// Each with its time.
    events: Vec<(String, Timestamp)>,
    is_new: bool,
}

/// Takes in what people did and returns who they are. Whoever is not known by the address becomes a lead.
///
/// # Errors
/// What is wrong with which event, or a store that cannot be reached. In the first case nothing was taken
/// in; in the second perhaps some of it, and sending all of it again does no harm.
pub async fn track(ctx: &Ctx, request: TrackRequest) -> Result<Vec<TrackedLead>, ApiError> {
    let store = ctx.store()?;
    let (model, tables) = (store.find_model().await?, Tables::read(&ctx.bindings).await);
    let mut people = people(ctx, request, &model, &tables)?;
    for _ in 0..ROUNDS_MAX {
        let ids: Vec<_> = people.iter().filter_map(|person| person.id).collect();
        let strangers = people.iter().filter(|person| person.id.is_none());
        let keys: Vec<_> = strangers
            .filter_map(|person| person.stranger.as_ref())
            .flat_map(|lead| &lead.details.keys)
            .collect();
        let known = store.find_tracked(&ids, &keys).await?;
        let mut part = TrackedPart::default();
        let mut found = Vec::with_capacity(people.len());
        for (place, person) in people.iter_mut().enumerate() {
            let stranger = person.stranger.as_ref();
            let owner = known.iter().find(|lead| match (person.id, stranger) {
                (Some(id), _) => lead.summary.id == id,
                (None, Some(stranger)) => is_same_mailbox(lead, stranger),
                (None, None) => false,
            });
            let Some(owner) = owner else {
                let Some(stranger) = stranger.filter(|_| person.id.is_none()) else {
                    // It was named by an id that is not there, or erased meanwhile.
                    let field = format!("leads.{place}.lead_id");
                    return Err(ApiError::InvalidFields(vec![FieldError::new(
                        &field,
                        Rule::NotAnOption,
                    )]));
                };
                let mut lead = stranger.clone();
                lead.use_product(&person.events, ctx.now);
                // What is told of a lead that was not there is that it is now.
                drop(lead.follow(&model, ctx.now));
                lead.summary.version = 1;
                person.is_new = true;
                part.created.push(lead);
                continue;
            };
            person.id = Some(owner.summary.id);
            let mut lead = owner.clone();
            // Somebody named both by id and by address waits for the next round.
            let is_taken = part.changed.iter().any(|one| one.lead.summary.id == lead.summary.id);
            if is_taken {
                continue;
            }
            if lead.use_product(&person.events, ctx.now) {
                let kinds = lead.follow(&model, ctx.now).unwrap_or_default();
                lead.summary.version = owner.summary.version + 1;
                let events = kinds.into_iter().map(|kind| (ctx.event_id(), kind)).collect();
                part.changed.push(ChangedLead { lead, events });
            } else {
                found.push(tracked(owner, person.is_new));
            }
        }
        if part.created.is_empty() && part.changed.is_empty() {
            wake_feed_soon(ctx);
            return Ok(found);
        }
        // Who was changed by others meanwhile is found without these events, and comes again.
        store.track(&part, ctx.now).await?;
    }
    Err(ApiError::VersionConflict)
}

fn tracked(lead: &Lead, is_new: bool) -> TrackedLead {
    TrackedLead {
        lead_id: lead.summary.id,
        is_new,
        stage: lead.summary.stage,
        product_qualified: lead.qualified(QualifiedAs::Product).is_some(),
        service_qualified: lead.qualified(QualifiedAs::Service).is_some(),
    }
}

/// Whether two leads have the mailbox of one person: they share what is made of it, whatever else.
fn is_same_mailbox(lead: &Lead, stranger: &Lead) -> bool {
    lead.details.mailbox_key == stranger.details.mailbox_key
        && lead.details.keys.iter().any(|key| stranger.details.keys.contains(key))
}

/// Reads who did what, each person once.
fn people(
    ctx: &Ctx,
    request: TrackRequest,
    model: &ScoringModel,
    tables: &Tables,
) -> Result<Vec<Person>, ApiError> {
    let mut errors = Vec::new();
    if request.events.is_empty() || request.events.len() > TRACKED_EVENTS_MAX {
        errors.push(FieldError::new("events", Rule::OutOfRange));
    }
    let mut people: Vec<Person> = Vec::new();
    let mut places = BTreeMap::new();
    for (place, event) in request.events.into_iter().enumerate().take(TRACKED_EVENTS_MAX) {
        let wrong = |field, rule| FieldError::new(&format!("events.{place}.{field}"), rule);
        let at = event.occurred_at.unwrap_or(ctx.now);
        if !is_event_name(&event.event) {
            errors.push(wrong("event", Rule::OutOfRange));
        }
        // What has not happened yet cannot be told.
        if at.since(ctx.now) > CLOCKS_APART_MS || at.as_ms() < 0 {
            errors.push(wrong("occurred_at", Rule::OutOfRange));
        }
        let (who, person) = match who(ctx, &event, model, tables) {
            Ok(known) => known,
            Err((field, rule)) => {
                errors.push(wrong(field, rule));
                continue;
            }
        };
        let own = *places.entry(who).or_insert_with(|| {
            people.push(person);
            people.len() - 1
        });
        if let Some(person) = people.get_mut(own) {
            person.events.push((event.event, at.min(ctx.now)));
        }
    }
    if errors.is_empty() { Ok(people) } else { Err(ApiError::InvalidFields(errors)) }
}

/// Returns what tells a person from others, and the person without what they did.
fn who(
    ctx: &Ctx,
    event: &TrackedEvent,
    model: &ScoringModel,
    tables: &Tables,
) -> Result<(String, Person), (&'static str, Rule)> {
    let person = |id, stranger| Person { id, stranger, events: Vec::new(), is_new: false };
    match (event.lead_id, &event.email) {
        (Some(id), None) => Ok((id.to_string(), person(Some(id), None))),
        (None, Some(text)) => {
            let address = EmailAddress::parse(text.trim(), &EdgeUnicode).map_err(|error| {
                ("email", Rule::Email { reason: error.reason, position: error.position })
            })?;
            let stranger = stranger(ctx, address, model, tables);
            let keys = stranger.details.keys.join(" ");
            Ok((keys, person(None, Some(stranger))))
        }
        (None, None) => Err(("email", Rule::Required)),
        (Some(_), Some(_)) => Err(("email", Rule::UnknownField)),
    }
}

/// Makes a lead of an address. Its domain is looked at later, by the clock: one call names more of them
/// than one request may ask for.
fn stranger(ctx: &Ctx, address: EmailAddress, model: &ScoringModel, tables: &Tables) -> Lead {
    let facts = DomainFacts::failed(DnsFailure::LookupLimit, ctx.now, 0);
    let assessment = assess(&address, &facts, &tables.lists());
    let submission = Submission {
        answers: BTreeMap::from([("email".to_owned(), address.to_string())]),
        email: Some(address),
        phone: None,
        attribution: Attribution::of(&Default::default()),
        client_score: None,
    };
    let id = LeadId::new(ctx.now, crypto::random());
    let findings = Findings { assessment, phone: None };
    Lead::of_product(id, submission, findings, model, ctx.now)
}
