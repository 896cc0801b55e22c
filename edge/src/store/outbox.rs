//! The outbox: events in the order of their commits, read by consumers that remember how far.

use plumbline_api::live::LiveMessage;
use plumbline_domain::lead::LeadSummary;
use worker::Result;

use super::leads::{event, summary};
use super::{Store, integer, short_batch, text};
use crate::statement;

/// The consumer that indexes leads for search and tells open dashboards.
pub const LEAD_FEED: &str = "lead_feed";
/// The most events delivered at once.
pub const EVENTS_MAX: i64 = 1_000;

/// The events that a consumer has not seen: those up to a sequence number, one batch of them.
#[derive(Clone, Copy)]
pub struct Undelivered {
    up_to: i64,
    events: i64,
}

impl Undelivered {
    /// Returns whether more may follow this batch.
    pub const fn is_full(self) -> bool {
        self.events == EVENTS_MAX
    }
}

impl Store {
    /// Finds the next events for the lead feed, or `None` when it has seen them all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_undelivered(&self) -> Result<Option<Undelivered>> {
        let values = [text(LEAD_FEED), integer(EVENTS_MAX)];
        let end = self.first(statement::EVENTS_FIND_UNDELIVERED_END, &values).await?;
        let Some(end) = end else { return Ok(None) };
        let Some(up_to) = end.optional_integer("up_to") else { return Ok(None) };
        Ok(Some(Undelivered { up_to, events: end.integer("events")? }))
    }

    /// Returns what to tell an open dashboard of these events, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_messages(&self, undelivered: Undelivered) -> Result<Vec<LiveMessage>> {
        let values = [text(LEAD_FEED), integer(undelivered.up_to)];
        let results = self
            .batch(vec![
                self.prepare(statement::EVENTS_LIST_UNDELIVERED, &values)?,
                self.prepare(statement::EVENTS_LIST_UNDELIVERED_LEADS, &values)?,
            ])
            .await?;
        let [events, leads] = results.as_slice() else { return Err(short_batch()) };
        let leads: Vec<LeadSummary> = leads.rows().iter().map(summary).collect::<Result<_>>()?;
        let events = events.rows();
        let messages = events.iter().map(|row| {
            let event = event(row)?;
            // A lead that is gone was erased; what was known of it is gone too.
            let lead = leads.iter().find(|lead| lead.id == event.lead_id).cloned();
            Ok(LiveMessage { event, lead })
        });
        messages.collect()
    }

    /// Indexes the leads behind these events and remembers that the feed has seen them.
    ///
    /// # Errors
    /// When the database fails; the same events come again.
    pub async fn mark_delivered(&self, undelivered: Undelivered) -> Result<()> {
        let values = [text(LEAD_FEED), integer(undelivered.up_to)];
        self.batch_changes(vec![
            self.prepare(statement::SEARCH_INDEX, &values)?,
            self.prepare(statement::LEAD_KEYS_INDEX, &values)?,
            self.prepare(statement::EVENTS_ADVANCE_CURSOR, &values)?,
        ])
        .await
        .map(drop)
    }
}
