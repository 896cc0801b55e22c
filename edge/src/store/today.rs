//! What the list of today is made from.

use plumbline_api::today::{NEWEST_MAX, OUTCOME_DAYS, OUTCOME_LEADS_MAX};
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::Lead;
use plumbline_domain::scoring::{Cell, Outcomes, ScoringModel};
use plumbline_domain::time::{DAY_MS, Day, Timestamp};
use plumbline_domain::today::CellOutcomes;
use worker::Result;

use super::leads::lead;
use super::row::Row;
use super::{Store, integer, short_batch, text};
use crate::statement;

/// How many of each kind are looked at.
pub(crate) const CANDIDATES_MAX: i64 = 50;
/// How many of those that wait for an answer are listed: more than anybody answers in a day.
pub(crate) const WAITING_MAX: i64 = 300;
/// Through how many of the most urgent they are looked for: those that are won stay where they are.
pub(crate) const LOOKED_THROUGH_MAX: i64 = 300;
/// Of how many of the newest events the leads are looked at, what a new model made of them left out,
pub(crate) const EVENTS_MAX: i64 = 600;
/// and through how many of all they are looked for.
pub(crate) const EVENTS_LOOKED_THROUGH_MAX: i64 = 3_000;

/// What the list of today is made from.
pub struct Candidates {
    /// Those that wait for an answer, the most urgent leads of all, the most urgent and the best fitting of the newest and of those that
    /// something happened to last, those with a deal of a known value, those to look at again, and the newest;
    /// some may be several of these.
    pub leads: Vec<Lead>,
    /// What became of older leads.
    pub outcomes: CellOutcomes,
    /// How many leads came since the beginning of the month that was asked for.
    pub this_month: u32,
}

impl Store {
    /// Reads it with the model: outcomes of leads that came before `closed_before`, leads counted after
    /// `month_before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_today(
        &self,
        closed_before: Timestamp,
        month_before: Day,
        now: Timestamp,
    ) -> Result<(Candidates, ScoringModel)> {
        let count = integer(CANDIDATES_MAX);
        let newest = [integer(i64::from(NEWEST_MAX)), count.clone()];
        let active = [integer(EVENTS_MAX), count.clone(), integer(EVENTS_LOOKED_THROUGH_MAX)];
        let closed = [
            text(&LeadId::new(closed_before, [0; 10]).to_string()),
            integer(i64::from(OUTCOME_LEADS_MAX)),
            integer(OUTCOME_DAYS * DAY_MS),
        ];
        let results = self
            .batch(vec![
                self.prepare(statement::TODAY_LIST_WAITING, &[integer(WAITING_MAX)])?,
                self.prepare(
                    statement::TODAY_LIST_URGENT,
                    &[integer(LOOKED_THROUGH_MAX), count.clone()],
                )?,
                self.prepare(statement::TODAY_LIST_NEWEST, &newest)?,
                self.prepare(
                    statement::TODAY_LIST_DEALS,
                    &[integer(LOOKED_THROUGH_MAX), count.clone()],
                )?,
                self.prepare(
                    statement::TODAY_LIST_WOKEN,
                    &[text(&now.to_string()), count.clone()],
                )?,
                self.prepare(statement::TODAY_LIST_RECENT, std::slice::from_ref(&count))?,
                self.prepare(statement::TODAY_LIST_ACTIVE, &active)?,
                self.prepare(statement::TODAY_COUNT_OUTCOMES, &closed)?,
                self.prepare(statement::TODAY_COUNT_MONTH, &[integer(month_before.count())])?,
                self.prepare(statement::SCORING_MODELS_FIND_LATEST, &[])?,
            ])
            .await?;
        let [waiting, urgent, newest, deals, woken, recent, active, outcomes, month, model] =
            results.as_slice()
        else {
            return Err(short_batch());
        };
        let lists = [waiting, urgent, newest, deals, woken, recent, active];
        let rows = lists.into_iter().flat_map(|list| list.rows());
        let first = |rows: Vec<Row>| rows.into_iter().next().ok_or_else(short_batch);
        let candidates = Candidates {
            leads: rows.map(|row| lead(&row)).collect::<Result<_>>()?,
            outcomes: cell_outcomes(&first(outcomes.rows())?)?,
            this_month: first(month.rows())?.integer("leads")?,
        };
        Ok((candidates, first(model.rows())?.json("definition")?))
    }
}

fn cell_outcomes(row: &Row) -> Result<CellOutcomes> {
    let mut outcomes = CellOutcomes::default();
    for (cell, of_cell) in Cell::ALL.into_iter().zip(&mut outcomes.0) {
        let name = cell.as_str().to_ascii_lowercase();
        let won = row.integer(&format!("{name}_won"))?;
        *of_cell = Outcomes { leads: row.integer(&name)?, won };
    }
    Ok(outcomes)
}
