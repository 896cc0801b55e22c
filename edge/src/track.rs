//! What people did in the product is taken in, top to bottom.

use std::collections::BTreeMap;

use plumbline_api::track::{TRACKED_EVENTS_MAX, TrackRequest, TrackedEvent, TrackedLead};
use plumbline_domain::attribution::Attribution;
use plumbline_domain::email::{DnsFailure, DomainFacts, EmailAddress, EmailKey, assess};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::{EventId, LeadId};
use plumbline_domain::lead::{Findings, Lead, LeadEventKind, QualifiedAs, Submission, mailbox_key};
use plumbline_domain::scoring::{ScoringModel, is_event_name};
use plumbline_domain::time::Timestamp;

use crate::capture::wake_feed_soon;
use crate::context::Ctx;
use crate::crypto;
use crate::email::tables::Tables;
use crate::http::problem::ApiError;
use crate::store::Store;
use crate::store::many::ChangedLead;
use crate::store::track::{KnownLeads, TrackedPart};
use crate::unicode::EdgeUnicode;

/// How far ahead of ours another clock may be, in milliseconds.
const CLOCKS_APART_MS: i64 = 60_000;
/// How often it is tried again when others change the same leads.
const ROUNDS_MAX: usize = 6;

/// Somebody who did something.
struct Person {
    /// The place of the event that names them first.
    place: usize,
    id: Option<LeadId>,
    /// What becomes of them if nobody is known by their address, which they are known by here.
    stranger: Option<(Lead, String)>,
    /// Each with its time.
    events: Vec<(String, Timestamp)>,
    is_new: bool,
}

impl Person {
    /// Until when something of this call happens: another clock may be ahead of ours.
    fn until(&self, now: Timestamp) -> Timestamp {
        self.events.iter().map(|(_, at)| *at).fold(now, Timestamp::max)
    }

    /// Takes in what they did. Returns what is told, `None` when all of it is known.
    fn act(
        &self,
        ctx: &Ctx,
        lead: &mut Lead,
        model: &ScoringModel,
    ) -> Option<Vec<(EventId, LeadEventKind)>> {
        let version = lead.summary.version;
        if !lead.use_product(&self.events, ctx.now) {
            return None;
        }
        let kinds = lead.follow(model, self.until(ctx.now)).unwrap_or_default();
        lead.summary.version = version + 1;
        Some(ctx.named(kinds))
    }
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
        let known = find_known(&store, &mut people).await?;
        let mut part = TrackedPart::default();
        let mut found = Vec::with_capacity(people.len());
        for person in &mut people {
            let Some(owner) = owner(person, &known) else {
                let Some((stranger, address)) =
                    person.stranger.as_ref().filter(|_| person.id.is_none())
                else {
                    return Err(nobody(person.place));
                };
                let mut lead = stranger.clone();
                let events = person.act(ctx, &mut lead, &model).unwrap_or_default();
                lead.summary.version = 1;
                part.created.push((ChangedLead { lead, events }, address.clone()));
                person.is_new = true;
                continue;
            };
            person.id = Some(owner.summary.id);
            // Somebody named both by id and by address waits for the next round.
            if part.changed.iter().any(|one| one.lead.summary.id == owner.summary.id) {
                continue;
            }
            let mut lead = owner.clone();
            match person.act(ctx, &mut lead, &model) {
                Some(events) => part.changed.push(ChangedLead { lead, events }),
                None => found.push(tracked(owner, person.is_new)),
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

/// Reads the leads that these people may be; whoever is named by a lead that went into another is that one.
async fn find_known(store: &Store, people: &mut [Person]) -> Result<KnownLeads, ApiError> {
    let ids: Vec<_> = people.iter().filter_map(|person| person.id).collect();
    let strangers = people.iter().filter(|person| person.id.is_none());
    let strangers: Vec<_> = strangers.filter_map(|person| person.stranger.as_ref()).collect();
    let keys: Vec<_> = strangers.iter().flat_map(|(lead, address)| keys(lead, address)).collect();
    let addresses: Vec<_> = strangers.iter().map(|(_, address)| address).collect();
    let known = store.find_tracked(&ids, &keys, &addresses).await?;
    let gone = |id: LeadId| known.survivors.iter().find(|(merged, _)| *merged == id);
    let mut has_moved = false;
    for person in people.iter_mut() {
        if let Some((_, survivor)) = person.id.and_then(gone) {
            person.id = Some(*survivor);
            has_moved = true;
        }
    }
    if has_moved { Box::pin(find_known(store, people)).await } else { Ok(known) }
}

/// What a lead of this address may be kept under: as it is written, and without what a provider that is
/// not known yet may leave out.
fn keys(stranger: &Lead, address: &str) -> Vec<String> {
    let mut keys = stranger.details.keys.clone();
    if let Some(parsed) = EmailAddress::from_stored(address) {
        let (likely, _) = EmailKey::of(&parsed, None);
        keys.push(format!("email:{}", likely.as_str()));
    }
    keys
}

/// Returns who a person is among known leads.
fn owner<'a>(person: &Person, known: &'a KnownLeads) -> Option<&'a Lead> {
    if let Some(id) = person.id {
        return known.leads.iter().find(|lead| lead.summary.id == id);
    }
    let (stranger, address) = person.stranger.as_ref()?;
    let parsed = EmailAddress::from_stored(address);
    // The same mailbox, spelled as its provider allows; behind one of a function nobody has a name here.
    let is_same = |lead: &&Lead| {
        let provider = lead.details.assessment.provider.as_deref();
        let mailbox = parsed.as_ref().map(|address| mailbox_key(address, provider));
        let is_function = lead.details.keys.iter().any(|key| key.starts_with("role:"));
        mailbox.as_ref() == Some(&lead.details.mailbox_key)
            && (!is_function || lead.details.keys == stranger.details.keys)
    };
    let made = known.by_address.iter().find(|(own, _)| own == address).map(|(_, lead)| lead);
    known.leads.iter().find(is_same).or(made)
}

/// Names the event whose lead is not there, or was erased.
fn nobody(place: usize) -> ApiError {
    let field = format!("events.{place}.lead_id");
    ApiError::InvalidFields(vec![FieldError::new(&field, Rule::NotAnOption)])
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
        let (who, person) = match who(ctx, &event, place, model, tables) {
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
            // As it was told: told again, it is the same event.
            person.events.push((event.event, at));
        }
    }
    if errors.is_empty() { Ok(people) } else { Err(ApiError::InvalidFields(errors)) }
}

/// Returns what tells a person from others, and the person without what they did.
fn who(
    ctx: &Ctx,
    event: &TrackedEvent,
    place: usize,
    model: &ScoringModel,
    tables: &Tables,
) -> Result<(String, Person), (&'static str, Rule)> {
    let person = |id, stranger| Person { place, id, stranger, events: Vec::new(), is_new: false };
    match (event.lead_id, &event.email) {
        (Some(id), None) => Ok((id.to_string(), person(Some(id), None))),
        (None, Some(text)) => {
            let address = EmailAddress::read(text, &EdgeUnicode).map_err(|error| {
                ("email", Rule::Email { reason: error.reason, position: error.position })
            })?;
            let own = address.to_string().to_lowercase();
            let stranger = stranger(ctx, address, model, tables);
            Ok((own.clone(), person(None, Some((stranger, own)))))
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
