//! The outbox: events in the order of their commits, read by consumers that remember how far.

use plumbline_api::live::LiveMessage;
use plumbline_domain::lead::Lead;
use plumbline_domain::search;
use serde::Deserialize;
use worker::Result;

use super::leads::{EventRow, LeadRow};
use super::{Store, corrupt, integer, text};
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

#[derive(Deserialize)]
struct PlaceRow {
    seq: i64,
    first_seq: i64,
}

impl Store {
    /// Returns the next events for the lead feed, or `None` when it has seen them all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_undelivered(&self) -> Result<Option<Undelivered>> {
        let limit = i64::try_from(EVENTS_MAX).unwrap_or(i64::MAX);
        let values = [text(LEAD_FEED), integer(limit)];
        let results = self
            .batch(vec![
                self.prepare(statement::EVENTS_LIST_UNDELIVERED, &values)?,
                self.prepare(statement::EVENTS_LIST_UNDELIVERED_LEADS, &values)?,
            ])
            .await?;
        let [events, leads] = results.as_slice() else { return Err(corrupt("batch")) };
        let places: Vec<PlaceRow> = events.results()?;
        let events: Vec<EventRow> = events.results()?;
        let leads =
            leads.results::<LeadRow>()?.iter().map(LeadRow::lead).collect::<Result<Vec<_>>>()?;
        let mut messages = Vec::with_capacity(events.len());
        let mut search_rows = Vec::new();
        let up_to = places.last().map_or(0, |place| place.seq);
        for (place, row) in places.iter().zip(&events) {
            let event = row.event()?;
            // A lead that is gone was erased; what was known of it is gone too.
            let lead = leads.iter().find(|lead| lead.summary.id == event.lead_id);
            if let Some(Lead { summary: one, details }) = lead {
                let body = one.search_body(&details.answers);
                let facets = search::facets(one.stage, one.cell, one.source);
                search_rows.push((place.first_seq, one.id, body, facets));
            }
            messages.push(LiveMessage { event, lead: lead.map(|lead| lead.summary.clone()) });
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
            self.prepare(
                statement::EVENTS_ADVANCE_CURSOR,
                &[text(LEAD_FEED), integer(undelivered.up_to)],
            )?,
        ])
        .await
        .map(drop)
    }
}
