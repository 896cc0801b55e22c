//! The outbox: events in the order of their commits, read by consumers that remember how far.

use plumbline_api::live::LiveMessage;
use plumbline_domain::search;
use serde::Deserialize;
use worker::Result;

use super::leads::{EventRow, LeadRow};
use super::{Store, integer, text};
use crate::statement;

/// The consumer that indexes leads for search and tells open dashboards.
pub const LEAD_FEED: &str = "lead_feed";
/// The most events delivered at once.
pub const EVENTS_MAX: usize = 100;

/// Events that a consumer has not seen.
pub struct Undelivered {
    /// What to tell, in order.
    pub messages: Vec<LiveMessage>,
    /// How far the consumer has come once they are delivered.
    pub up_to: i64,
    /// The rows of the search index, as one JSON parameter.
    search_rows: String,
}

/// Columns of the lead are null once it is erased.
#[derive(Deserialize)]
struct Row {
    seq: i64,
    event_id: String,
    lead_id: String,
    occurred_at: i64,
    kind: String,
    first_seq: Option<i64>,
    id: Option<String>,
}

impl Store {
    /// Returns the next events for the lead feed, or `None` when it has seen them all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_undelivered(&self) -> Result<Option<Undelivered>> {
        let limit = i64::try_from(EVENTS_MAX).unwrap_or(i64::MAX);
        let statement =
            self.prepare(statement::EVENTS_LIST_UNDELIVERED, &[text(LEAD_FEED), integer(limit)])?;
        let result = statement.all().await?;
        let rows: Vec<serde_json::Value> = result.results()?;
        let mut messages = Vec::with_capacity(rows.len());
        let mut search_rows = Vec::new();
        let mut up_to = 0;
        for value in rows {
            let row: Row = serde_json::from_value(value.clone())?;
            up_to = row.seq;
            let lead = match row.id {
                Some(_) => Some(serde_json::from_value::<LeadRow>(value)?.lead()?),
                None => None,
            };
            if let (Some(lead), Some(first_seq)) = (&lead, row.first_seq) {
                let one = &lead.summary;
                let body = one.search_body(&lead.details.answers);
                let facets = search::facets(one.stage, one.cell, one.source);
                search_rows.push((first_seq, row.lead_id.clone(), body, facets));
            }
            let event = EventRow {
                id: row.event_id,
                lead_id: row.lead_id,
                occurred_at: row.occurred_at,
                kind: row.kind,
            };
            let lead = lead.map(|lead| lead.summary);
            messages.push(LiveMessage { event: event.event()?, lead });
        }
        let search_rows = serde_json::to_string(&search_rows)?;
        Ok((!messages.is_empty()).then_some(Undelivered { messages, up_to, search_rows }))
    }

    /// Indexes the leads behind `undelivered` and remembers that the feed has seen the events.
    ///
    /// # Errors
    /// When the database fails; the same events come again.
    pub async fn mark_delivered(&self, undelivered: &Undelivered) -> Result<()> {
        self.batch(vec![
            self.prepare(statement::SEARCH_INDEX, &[text(&undelivered.search_rows)])?,
            self.prepare(statement::EVENTS_ADVANCE_CURSOR, &[text(LEAD_FEED), integer(undelivered.up_to)])?,
        ])
        .await
        .map(drop)
    }
}
