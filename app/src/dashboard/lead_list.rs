//! The rows of a list and how they change, apart from how they are drawn.

use plumbline_api::leads::{LeadFilter, LeadPage, LeadSort};
use plumbline_api::live::LiveMessage;
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::LeadSummary;

/// The rows that were read so far, and the new ones that wait to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadList {
    rows: Vec<LeadSummary>,
    waiting: Vec<LeadSummary>,
    next_cursor: Option<String>,
}

/// Whether new rows may appear above what is being looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Nobody points at a row: show them.
    Show,
    /// Somebody does: keep them until asked for.
    Hold,
}

impl LeadList {
    /// Returns the rows, in order.
    #[must_use]
    pub fn rows(&self) -> &[LeadSummary] {
        &self.rows
    }

    /// Returns how many new leads wait to be shown.
    #[must_use]
    pub fn waiting_count(&self) -> usize {
        self.waiting.len()
    }

    /// Returns where the next page begins.
    #[must_use]
    pub fn next_cursor(&self) -> Option<&str> {
        self.next_cursor.as_deref()
    }

    /// Adds a page at the end; a lead that is there already stays where it is.
    pub fn append(&mut self, page: LeadPage) {
        self.next_cursor = page.next_cursor;
        for lead in page.leads {
            if self.position(lead.id).is_none() {
                self.rows.push(lead);
            }
        }
    }

    /// Applies what happened. No row that is shown changes its place.
    pub fn apply(&mut self, message: LiveMessage, filter: &LeadFilter, arrival: Arrival) {
        let id = message.event.lead_id;
        let Some(lead) = message.lead else {
            self.rows.retain(|row| row.id != id);
            self.waiting.retain(|row| row.id != id);
            return;
        };
        let place = self.rows.iter_mut().chain(&mut self.waiting).find(|row| row.id == id);
        if let Some(row) = place {
            // Deliveries may repeat and overtake each other; the later version is the truth.
            if lead.version >= row.version {
                *row = lead;
            }
        } else if message.event.kind.is_creation() && fits(&lead, filter) {
            self.waiting.push(lead);
            if arrival == Arrival::Show {
                self.show_waiting();
            }
        }
    }

    /// Puts the new leads on top, the latest first.
    pub fn show_waiting(&mut self) {
        let mut new = std::mem::take(&mut self.waiting);
        new.sort_unstable_by_key(|lead| std::cmp::Reverse(lead.id));
        self.rows.splice(0..0, new);
    }

    /// Takes over a row that was changed here.
    pub fn replace(&mut self, lead: LeadSummary) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.id == lead.id) {
            *row = lead;
        }
    }

    /// Returns where a lead stands.
    #[must_use]
    pub fn position(&self, id: LeadId) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id)
    }
}

/// Whether a new lead belongs into a list. A search for words is the server's business.
fn fits(lead: &LeadSummary, filter: &LeadFilter) -> bool {
    filter.words.trim().is_empty()
        && filter.stage.is_none_or(|stage| stage == lead.stage)
        && filter.cell.is_none_or(|cell| cell == lead.cell)
        && filter.source.is_none_or(|source| source == lead.source)
}

/// Returns the order that is really used: a search for words is always newest first.
#[must_use]
pub fn effective_sort(filter: &LeadFilter, sort: LeadSort) -> LeadSort {
    if filter.words.trim().is_empty() { sort } else { LeadSort::Newest }
}

#[cfg(test)]
mod tests {
    use plumbline_domain::attribution::Source;
    use plumbline_domain::email::Verdict;
    use plumbline_domain::id::{EventId, FormId};
    use plumbline_domain::lead::{LeadEvent, LeadEventKind, Stage};
    use plumbline_domain::scoring::Cell;
    use plumbline_domain::time::Timestamp;

    use super::*;

    fn lead(ms: i64, version: u32) -> LeadSummary {
        LeadSummary {
            id: LeadId::new(Timestamp::from_ms(ms), [0; 10]),
            form_id: FormId::parse("demo").unwrap(),
            captured_at: Timestamp::from_ms(ms),
            updated_at: Timestamp::from_ms(ms),
            version,
            name: format!("Lead {ms}"),
            email: String::new(),
            company: String::new(),
            source: Source::Direct,
            stage: Stage::Lead,
            cell: Cell::B2,
            fit: 40,
            engagement: 30,
            verdict: Verdict::Unknown,
            waiting_since: None,
            rejection: None,
        }
    }

    fn message(lead: &LeadSummary, kind: LeadEventKind, known: bool) -> LiveMessage {
        let event = LeadEvent {
            id: EventId::new(lead.captured_at, [1; 10]),
            lead_id: lead.id,
            occurred_at: lead.captured_at,
            kind,
        };
        LiveMessage { event, lead: known.then(|| lead.clone()) }
    }

    fn list(leads: &[LeadSummary]) -> LeadList {
        let mut list = LeadList::default();
        list.append(LeadPage { leads: leads.to_vec(), next_cursor: None });
        list
    }

    #[test]
    fn new_leads_wait_while_somebody_points() {
        let mut list = list(&[lead(1, 1)]);
        let all = LeadFilter::default();
        for ms in [2, 3, 2] {
            list.apply(message(&lead(ms, 1), LeadEventKind::Created, true), &all, Arrival::Hold);
        }
        assert_eq!((list.rows().len(), list.waiting_count()), (1, 2));
        list.show_waiting();
        let names: Vec<_> = list.rows().iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Lead 3", "Lead 2", "Lead 1"]);
    }

    #[test]
    fn changes_stay_in_place_and_never_go_back() {
        let mut list = list(&[lead(2, 1), lead(1, 1)]);
        let all = LeadFilter::default();
        let changed = |version, stage| LeadSummary { stage, ..lead(1, version) };
        let moved =
            LeadEventKind::StageChanged { from: Stage::Lead, to: Stage::Customer, by: None };
        list.apply(message(&changed(3, Stage::Customer), moved.clone(), true), &all, Arrival::Hold);
        list.apply(message(&changed(2, Stage::Opportunity), moved, true), &all, Arrival::Hold);
        assert_eq!(list.rows()[1].stage, Stage::Customer);
        list.apply(message(&lead(2, 1), LeadEventKind::Erased, false), &all, Arrival::Hold);
        assert_eq!(list.rows().len(), 1);
    }

    #[test]
    fn a_filter_keeps_strangers_out() {
        let mut list = list(&[]);
        let filter = LeadFilter { cell: Some(Cell::A1), ..LeadFilter::default() };
        list.apply(message(&lead(1, 1), LeadEventKind::Created, true), &filter, Arrival::Show);
        assert!(list.rows().is_empty());
    }
}
