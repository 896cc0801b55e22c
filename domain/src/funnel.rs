//! Counts by day, source, cell and stage, folded into what the overview shows.

use serde::{Deserialize, Serialize};

use crate::attribution::Source;
use crate::lead::Stage;
use crate::scoring::Cell;
use crate::time::Day;

/// How many leads were captured on one day with one source, cell and present stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeadCount {
    /// The day of capture in UTC.
    pub day: Day,
    /// Where they came from.
    pub source: Source,
    /// The cell they were in when last scored.
    pub cell: Cell,
    /// The stage they are in now.
    pub stage: Stage,
    /// How many.
    pub count: u32,
}

/// The counts of a period, each way the overview shows them. Every breakdown sums to `total`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// All leads of the period.
    pub total: u32,
    /// By day of capture, every day of the period present.
    pub by_day: Vec<(Day, u32)>,
    /// By source, largest first, none that is empty.
    pub by_source: Vec<(Source, u32)>,
    /// By cell, in the order of the matrix, all nine present.
    pub by_cell: Vec<(Cell, u32)>,
    /// How many reached each stage or a later one, in order.
    pub reached: Vec<(Stage, u32)>,
}

impl Breakdown {
    /// Folds `counts` over the days from `first` to `last`; anything outside is left out.
    #[must_use]
    pub fn of(counts: &[LeadCount], first: Day, last: Day) -> Self {
        let mut by_day: Vec<(Day, u32)> =
            (first.count()..=last.count()).map(|day| (Day::from_count(day), 0)).collect();
        let mut by_source = Source::ALL.map(|source| (source, 0));
        let mut by_cell = Cell::ALL.map(|cell| (cell, 0));
        let mut reached = Stage::ALL.map(|stage| (stage, 0));
        let mut total = 0;
        for entry in counts {
            let Some((_, day)) = by_day.iter_mut().find(|(day, _)| *day == entry.day) else {
                continue;
            };
            *day += entry.count;
            total += entry.count;
            let add = |sum: &mut u32| *sum += entry.count;
            by_source
                .iter_mut()
                .filter(|(known, _)| *known == entry.source)
                .for_each(|(_, sum)| add(sum));
            by_cell
                .iter_mut()
                .filter(|(known, _)| *known == entry.cell)
                .for_each(|(_, sum)| add(sum));
            reached
                .iter_mut()
                .filter(|(known, _)| *known <= entry.stage)
                .for_each(|(_, sum)| add(sum));
        }
        let mut by_source: Vec<_> = by_source.into_iter().filter(|(_, count)| *count > 0).collect();
        by_source.sort_unstable_by_key(|(source, count)| (std::cmp::Reverse(*count), *source));
        Self { total, by_day, by_source, by_cell: by_cell.to_vec(), reached: reached.to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_breakdown_sums_to_the_total() {
        let entry = |day, source, cell, stage, count| LeadCount {
            day: Day::from_count(day),
            source,
            cell,
            stage,
            count,
        };
        let counts = [
            entry(1, Source::Direct, Cell::A1, Stage::Lead, 3),
            entry(2, Source::Email, Cell::C3, Stage::Customer, 2),
            entry(9, Source::Email, Cell::C3, Stage::Lead, 7),
        ];
        let got = Breakdown::of(&counts, Day::from_count(0), Day::from_count(2));
        assert_eq!(got.total, 5);
        assert_eq!(got.by_day.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [0, 3, 2]);
        assert_eq!(got.by_source, [(Source::Direct, 3), (Source::Email, 2)]);
        assert_eq!(got.by_cell.iter().map(|(_, n)| n).sum::<u32>(), 5);
        assert_eq!(got.reached.first(), Some(&(Stage::Subscriber, 5)));
        assert_eq!(got.reached.last(), Some(&(Stage::Customer, 2)));
    }
}
