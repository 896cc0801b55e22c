//! The owner lists, reads, moves and erases leads.

mod change;

use std::slice::from_ref;

use plumbline_api::leads::{LeadChange, LeadPage, LeadSort, PAGE_LEADS_DEFAULT, PAGE_LEADS_MAX};
use plumbline_domain::attribution::Source;
use plumbline_domain::email::Mailbox;
use plumbline_domain::id::LeadId;
use plumbline_domain::import::SuppressionReason;
use plumbline_domain::lead::{LeadEvent, LeadEventKind, Stage};
use plumbline_domain::scoring::Cell;
use plumbline_domain::search::match_expression;

use super::guard::Call;
use super::problem::ApiError;
use super::{Answer, json, no_content};
use crate::capture::wake_feed_soon;
use crate::cursor::Cursor;
use crate::email::verify::forget_domain;
use crate::store::leads::{Listed, chance, missing, needed};
use change::apply;

/// How many rows of the priority list are looked through for one page when a filter is set. The
/// page may come out shorter and still go on.
const LOOKED_THROUGH_MAX: u32 = 500;

/// What a list asks for, read from an allow-list: nothing of it ever becomes SQL.
#[derive(Default)]
struct Query {
    words: String,
    stage: Option<Stage>,
    cell: Option<Cell>,
    source: Option<Source>,
    sort: LeadSort,
    cursor: Option<String>,
    limit: u32,
}

impl Query {
    fn read(call: &Call) -> Result<Self, ApiError> {
        let mut this = Self { limit: PAGE_LEADS_DEFAULT, ..Self::default() };
        for (name, value) in form_urlencoded::parse(call.query().as_bytes()) {
            let known =
                |found: bool, what| if found { Ok(()) } else { Err(ApiError::InvalidQuery(what)) };
            match name.as_ref() {
                "q" => this.words = value.into_owned(),
                "stage" => {
                    this.stage = Stage::parse(&value);
                    known(this.stage.is_some(), "There is no such stage.")?;
                }
                "cell" => {
                    this.cell = Cell::parse(&value);
                    known(this.cell.is_some(), "There is no such cell.")?;
                }
                "source" => {
                    this.source = Source::parse(&value);
                    known(this.source.is_some(), "There is no such source.")?;
                }
                "sort" => {
                    let sort = LeadSort::parse(&value);
                    known(sort.is_some(), "Leads sort by newest or priority.")?;
                    this.sort = sort.unwrap_or_default();
                }
                "cursor" => this.cursor = Some(value.into_owned()),
                "limit" => {
                    let limit = value.parse::<u32>().ok().filter(|limit| *limit > 0);
                    known(limit.is_some(), "The limit is a number from 1 to 100.")?;
                    this.limit = limit.unwrap_or(PAGE_LEADS_DEFAULT).min(PAGE_LEADS_MAX);
                }
                _ => return Err(ApiError::InvalidQuery("There is no such parameter.")),
            }
        }
        Ok(this)
    }

    fn cursor(&self, call: &Call, list: &'static str, start: Cursor) -> Result<Cursor, ApiError> {
        match &self.cursor {
            None => Ok(start),
            Some(text) => Cursor::read(text, list, &call.ctx.config.signing_key)
                .ok_or(ApiError::InvalidCursor),
        }
    }
}

/// Lists leads. Words and facets are searched newest first; without them either order is a walk
/// along one index.
pub async fn list_leads(call: Call) -> Answer {
    let query = Query::read(&call)?;
    let searches = !query.words.trim().is_empty();
    let page = match query.sort {
        LeadSort::Priority if !searches => list_priority(&call, &query).await?,
        _ => match match_expression(&query.words, query.stage, query.cell, query.source) {
            Some(expression) => search(&call, &query, &expression).await?,
            None if searches => LeadPage::default(),
            None => list_newest(&call, &query).await?,
        },
    };
    json(&page, 200)
}

async fn list_newest(call: &Call, query: &Query) -> Result<LeadPage, ApiError> {
    // Every id sorts below this one.
    let start = Cursor { list: "newest", number: 0, id: "g".to_owned() };
    let cursor = query.cursor(call, "newest", start)?;
    let rows = call.ctx.store()?.list_newest(&cursor.id, query.limit).await?;
    Ok(page(call, rows, query.limit, |row| Cursor {
        list: "newest",
        number: 0,
        id: row.lead.id.to_string(),
    }))
}

async fn search(call: &Call, query: &Query, expression: &str) -> Result<LeadPage, ApiError> {
    let start = Cursor { list: "search", number: i64::from(u32::MAX) << 20, id: String::new() };
    let cursor = query.cursor(call, "search", start)?;
    let rows = call.ctx.store()?.search_leads(expression, cursor.number, query.limit).await?;
    Ok(page(call, rows, query.limit, |row| Cursor {
        list: "search",
        number: row.number,
        id: String::new(),
    }))
}

async fn list_priority(call: &Call, query: &Query) -> Result<LeadPage, ApiError> {
    let (lowest, highest) = query.cell.map_or((0, u32::MAX), Cell::rank_range);
    let start = Cursor { list: "priority", number: i64::from(highest) + 1, id: String::new() };
    let cursor = query.cursor(call, "priority", start)?;
    let filters = query.stage.is_some() || query.source.is_some();
    let read = if filters { LOOKED_THROUGH_MAX } else { query.limit };
    let position = (cursor.number, cursor.id.as_str());
    let rows = call.ctx.store()?.list_priority(position, i64::from(lowest), read).await?;
    let wanted = |row: &Listed| {
        query.stage.is_none_or(|stage| row.lead.stage == stage)
            && query.source.is_none_or(|source| row.lead.source == source)
    };
    let key = &call.ctx.config.signing_key;
    let limit = query.limit as usize;
    let ended = rows.len() < read as usize;
    let mut page = LeadPage::default();
    let mut last = None;
    for row in rows {
        if page.leads.len() == limit {
            page.next_cursor = last.map(|cursor: Cursor| cursor.sign(key));
            return Ok(page);
        }
        last = Some(Cursor { list: "priority", number: row.number, id: row.lead.id.to_string() });
        if wanted(&row) {
            page.leads.push(row.lead);
        }
    }
    page.next_cursor = last.filter(|_| !ended).map(|cursor| cursor.sign(key));
    Ok(page)
}

fn page(
    call: &Call,
    rows: Vec<Listed>,
    limit: u32,
    cursor: impl Fn(&Listed) -> Cursor,
) -> LeadPage {
    let full = rows.len() == limit as usize;
    let last = rows.last().filter(|_| full).map(cursor);
    LeadPage {
        next_cursor: last.map(|cursor| cursor.sign(&call.ctx.config.signing_key)),
        leads: rows.into_iter().map(|row| row.lead).collect(),
    }
}

/// Reads one lead.
pub async fn find_lead(call: Call) -> Answer {
    let id = call.parameter("lead_id", LeadId::parse)?;
    let record = call.ctx.store()?.find_lead(id, call.ctx.now).await?.ok_or(ApiError::NotFound)?;
    let version = record.lead.summary.version;
    let mut response = json(&record, 200)?;
    response.headers_mut().set("etag", &format!("\"{version}\""))?;
    Ok(response)
}

/// Changes one lead, if it is still as the caller read it.
pub async fn update_lead(call: Call) -> Answer {
    let id = call.parameter("lead_id", LeadId::parse)?;
    let change: LeadChange = call.json().await?;
    let version = call.header("if-match").ok_or(ApiError::VersionRequired)?;
    let version =
        version.trim_matches('"').parse::<u32>().map_err(|_| ApiError::VersionConflict)?;
    let store = call.ctx.store()?;
    let now = call.ctx.now;
    let mut record = store.find_lead(id, now).await?.ok_or(ApiError::NotFound)?;
    let lead = &mut record.lead;
    if lead.summary.version != version {
        return Err(ApiError::VersionConflict);
    }
    let model = store.find_model().await?;
    let mailbox = change.mailbox;
    let kinds = apply(change, lead, &model, now).map_err(ApiError::InvalidFields)?;
    record.today = lead.score_at(&model, now);
    record.missing = missing(lead, &model, now);
    record.chance = chance(lead, &model);
    record.needed = needed(lead, &model);
    // However much changes at once, it is one change of the row.
    lead.summary.version = version + 1;
    let new: Vec<_> = kinds.into_iter().map(|kind| event(&call, id, kind)).collect();
    if !new.is_empty() {
        if !store.update_lead(lead, version, &new).await? {
            return Err(ApiError::VersionConflict);
        }
        record.events.extend(new);
        let key = &record.lead.details.mailbox_key;
        if mailbox == Some(Mailbox::Bounced) && !key.is_empty() {
            store.suppress(from_ref(key), SuppressionReason::Bounced, None, now).await?;
            record.suppressed = record.suppressed.or(Some(SuppressionReason::Bounced));
        }
        wake_feed_soon(&call.ctx);
    } else {
        lead.summary.version = version;
    }
    json(&record, 200)
}

/// Erases one lead.
pub async fn erase_lead(call: Call) -> Answer {
    let id = call.parameter("lead_id", LeadId::parse)?;
    let erased = call.ctx.store()?.erase_lead(id, &event(&call, id, LeadEventKind::Erased)).await?;
    let domains = erased.ok_or(ApiError::NotFound)?;
    // What a domain of their own was found to be says who they were.
    for domain in domains {
        forget_domain(&call.ctx.bindings, &domain).await;
    }
    wake_feed_soon(&call.ctx);
    no_content()
}

fn event(call: &Call, lead_id: LeadId, kind: LeadEventKind) -> LeadEvent {
    LeadEvent { id: call.ctx.event_id(), lead_id, occurred_at: call.ctx.now, kind }
}
