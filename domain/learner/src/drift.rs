//! Whether what was learned from older leads still holds for newer ones (PRODUCT J6, X5).

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::binning::Binning;
use crate::card::PointCard;
use crate::dataset::Dataset;
use crate::learning::{LOST_MIN, WON_MIN};
use crate::measures::{Evaluation, Rate};

/// From here on the shares of a field have shifted, by the usual reading of the index, and by so many standard
/// errors more than chance alone would have them.
const SHIFTED: f64 = 0.25;
const SHIFT_ERRORS: f64 = 3.0;
/// So many standard errors lie between what was expected and what came before it is called drift,
const ERRORS: f64 = 3.0;
/// and so large a part of what was expected.
const GAP: f64 = 0.2;
/// One month may be off by chance; so many may not.
const MONTHS_OFF: usize = 2;
/// A month can only be off with so much variance in what was expected of it: of fewer leads the normal
/// distribution does not speak.
const VARIANCE_MIN: f64 = 5.0;

/// Newer leads against older ones.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The share of won leads that the older ones led to expect of the newest 30 %.
    pub expected: f64,
    /// The share that came.
    pub observed: f64,
    /// Whether the two, or those of two months or more, are further apart than chance and worth a change.
    pub is_off: bool,
    /// Whether that is so, or the shares of a field have shifted.
    pub is_alarm: bool,
    /// The newest 30 % by the months that they came in, oldest first; empty where months are not known.
    pub months: Vec<Month>,
    /// Fields whose shares have shifted, the worst first.
    pub shifts: Vec<Shift>,
    /// On alarm, on the newest fifth: a card from the older 70 %, and one from the tenth before that
    /// fifth alone. `None` when that tenth has too few outcomes.
    pub comparison: Option<(Evaluation, Evaluation)>,
}

/// What was expected of a month, and what came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Month {
    /// Which.
    pub name: String,
    /// How many of its leads were won.
    pub seen: Rate,
    /// The share of won leads that the older ones led to expect.
    pub expected: f64,
    /// Whether the two are further apart than chance and worth a change.
    pub is_off: bool,
}

impl Month {
    /// Compares what was thought of the leads of a month, each a probability, with how they ended.
    #[must_use]
    pub fn of(name: &str, judged: &[(f64, bool)]) -> Self {
        let found = Calibration::of(judged);
        let won = judged.iter().filter(|(_, is_won)| *is_won).count();
        Self {
            name: name.to_owned(),
            seen: Rate { won, count: judged.len() },
            expected: found.expected,
            is_off: found.variance >= VARIANCE_MIN && found.is_off(),
        }
    }

    /// Returns whether so many of these are off that chance does not explain it.
    #[must_use]
    pub fn are_off(months: &[Self]) -> bool {
        months.iter().filter(|month| month.is_off).count() >= MONTHS_OFF
    }
}

/// What was expected of leads, and what came.
struct Calibration {
    expected: f64,
    observed: f64,
    /// That of the number of won leads.
    variance: f64,
    count: f64,
}

impl Calibration {
    fn of(judged: &[(f64, bool)]) -> Self {
        let count = judged.len().max(1) as f64;
        let sum = |each: &dyn Fn(&(f64, bool)) -> f64| judged.iter().map(each).sum::<f64>();
        Self {
            expected: sum(&|(chance, _)| *chance) / count,
            observed: sum(&|(_, is_won)| f64::from(u8::from(*is_won))) / count,
            variance: sum(&|(chance, _)| chance * (1.0 - chance)),
            count,
        }
    }

    fn is_off(&self) -> bool {
        let gap = (self.observed - self.expected).abs();
        gap > ERRORS * self.variance.sqrt() / self.count && gap > GAP * self.expected
    }
}

/// A field whose shares have shifted.
#[derive(Clone, Debug)]
pub struct Shift {
    /// Its name.
    pub field: String,
    /// The population stability index of its bins.
    pub index: f64,
}

impl Drift {
    /// Returns whether learning from the newest tenth alone has shown to be better.
    #[must_use]
    pub fn is_newest_better(&self) -> bool {
        self.comparison.as_ref().is_some_and(|(old, new)| new.log_loss < old.log_loss)
    }

    /// Compares the newest leads with a card that was learned from the others.
    pub(crate) fn find(
        dataset: &Dataset,
        fields: &[usize],
        card: &PointCard,
        older: &[usize],
        newer: &[usize],
    ) -> Self {
        let judged = card.judge(dataset, newer);
        let whole = Calibration::of(&judged);
        let start = older.len();
        let months = dataset.months(start..start + judged.len());
        let month = |(name, rows): (&str, Range<usize>)| {
            let judged = judged.get(rows.start - start..rows.end - start).unwrap_or_default();
            Month::of(name, judged)
        };
        let months: Vec<Month> = months.map(month).collect();
        let is_off = whole.is_off() || Month::are_off(&months);
        let mut shifts: Vec<Shift> = fields
            .iter()
            .filter_map(|place| dataset.fields.get(*place))
            .filter_map(|field| {
                let binning = Binning::of(&field.values, older);
                let shares = |rows: &[usize]| {
                    // Half a lead in every bin, so that an empty one is not infinitely far.
                    let mut counts = vec![0.5; binning.count()];
                    for row in rows {
                        if let Some(count) = counts.get_mut(binning.place(&field.values, *row)) {
                            *count += 1.0;
                        }
                    }
                    let sum: f64 = counts.iter().sum();
                    counts.into_iter().map(move |count| count / sum)
                };
                let apart = |(old, new): (f64, f64)| (new - old) * (new / old).ln();
                let index = shares(older).zip(shares(newer)).map(apart).sum();
                let is_shifted = index >= SHIFTED + by_chance(binning.count(), older, newer);
                is_shifted.then(|| Shift { field: field.name.clone(), index })
            })
            .collect();
        shifts.sort_unstable_by(|one, other| other.index.total_cmp(&one.index));
        let is_alarm = is_off || !shifts.is_empty();
        let comparison = is_alarm.then(|| compare(dataset, fields, card)).flatten();
        let Calibration { expected, observed, .. } = whole;
        Self { expected, observed, is_off, is_alarm, months, shifts, comparison }
    }
}

/// Returns how high an index is by chance: it is distributed like chi-squared with a degree of freedom for each
/// bin but one, times the sum of one in as many leads as there are of either kind.
fn by_chance(bins: usize, older: &[usize], newer: &[usize]) -> f64 {
    let freedom = bins.saturating_sub(1) as f64;
    let unit = 1.0 / older.len().max(1) as f64 + 1.0 / newer.len().max(1) as f64;
    unit * (freedom + SHIFT_ERRORS * (2.0 * freedom).sqrt())
}

fn compare(
    dataset: &Dataset,
    fields: &[usize],
    card: &PointCard,
) -> Option<(Evaluation, Evaluation)> {
    let count = dataset.count();
    let (window, last): (Vec<_>, Vec<_>) =
        ((count * 7 / 10..count * 8 / 10).collect(), (count * 8 / 10..count).collect());
    let newest = learn_window(dataset, fields, &window)?;
    let judge = |card: &PointCard| Evaluation::of(&card.judge(dataset, &last));
    Some((judge(card), judge(&newest)))
}

fn learn_window(dataset: &Dataset, fields: &[usize], rows: &[usize]) -> Option<PointCard> {
    let won = dataset.count_won(rows);
    let is_enough = won >= WON_MIN && rows.len() - won >= LOST_MIN;
    is_enough.then(|| PointCard::learn(dataset, fields, rows)).flatten()
}

/// The newest tenth of so many leads.
pub(crate) const fn newest_tenth(count: usize) -> Range<usize> {
    count * 9 / 10..count
}
