//! The counts that triggers keep.

use plumbline_api::overview::{PageCount, RecheckCount};
use plumbline_domain::attribution::Source;
use plumbline_domain::email::Verdict;
use plumbline_domain::funnel::LeadCount;
use plumbline_domain::lead::Stage;
use plumbline_domain::scoring::Cell;
use plumbline_domain::time::Day;
use worker::Result;

use super::row::Row;
use super::{Store, integer, short_batch};
use crate::statement;

/// The most pages shown.
const PAGES_MAX: i64 = 10;

impl Store {
    /// Returns the counts since `first_count`, and since `first` the busiest pages and what came of
    /// looking at addresses again, in one round trip.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_overview(
        &self,
        first_count: Day,
        first: Day,
    ) -> Result<(Vec<LeadCount>, Vec<PageCount>, Vec<RecheckCount>)> {
        let results = self
            .batch(vec![
                self.prepare(statement::OVERVIEW_LIST_COUNTS, &[integer(first_count.count())])?,
                self.prepare(
                    statement::OVERVIEW_LIST_PAGES,
                    &[integer(first.count()), integer(PAGES_MAX)],
                )?,
                self.prepare(statement::RECHECKS_LIST_COUNTS, &[integer(first.count())])?,
            ])
            .await?;
        let [counts, pages, rechecks] = results.as_slice() else { return Err(short_batch()) };
        let counts = counts.rows().iter().map(count).collect::<Result<_>>()?;
        let pages = pages.rows().iter().map(page).collect::<Result<_>>()?;
        let rechecks = rechecks.rows().iter().map(recheck).collect::<Result<_>>()?;
        Ok((counts, pages, summed(rechecks)))
    }
}

fn count(row: &Row) -> Result<LeadCount> {
    Ok(LeadCount {
        day: Day::from_count(row.integer("day")?),
        source: row.parsed("source", Source::parse)?,
        cell: row.parsed("cell", Cell::parse)?,
        stage: row.parsed("stage", Stage::parse)?,
        count: row.integer("leads")?,
    })
}

fn page(row: &Row) -> Result<PageCount> {
    Ok(PageCount {
        page_path: row.text("page_path")?,
        page_title: row.text("page_title")?,
        views: row.integer("views")?,
        starts: row.integer("starts")?,
    })
}

fn recheck(row: &Row) -> Result<RecheckCount> {
    Ok(RecheckCount {
        before: row.parsed("before", Verdict::parse)?,
        after: row.parsed("after", Verdict::parse)?,
        leads: row.integer("leads")?,
    })
}

/// Sums the days of each pair of verdicts.
fn summed(rows: Vec<RecheckCount>) -> Vec<RecheckCount> {
    let mut sums: Vec<RecheckCount> = Vec::new();
    for row in rows {
        match sums.iter_mut().find(|sum| (sum.before, sum.after) == (row.before, row.after)) {
            Some(sum) => sum.leads += row.leads,
            None => sums.push(row),
        }
    }
    sums
}
