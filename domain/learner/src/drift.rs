//! Whether what was learned from older leads still holds for newer ones (PRODUCT J6, X5).

use std::ops::Range;

use crate::binning::Binning;
use crate::card::PointCard;
use crate::dataset::Dataset;
use crate::learning::{LOST_MIN, WON_MIN};
use crate::measures::Evaluation;

/// From here on the shares of a field have shifted, by the usual reading of the index.
const SHIFTED: f64 = 0.25;
/// So many standard errors lie between what was expected and what came before it is called drift,
const ERRORS: f64 = 3.0;
/// and so large a part of what was expected.
const GAP: f64 = 0.2;

/// Newer leads against older ones.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The share of won leads that the older ones led to expect of the newest 30 %.
    pub expected: f64,
    /// The share that came.
    pub observed: f64,
    /// Whether the two are further apart than chance and worth a change.
    pub is_alarm: bool,
    /// Fields whose shares have shifted, the worst first.
    pub shifts: Vec<Shift>,
    /// On alarm, on the newest fifth: a card from the older 70 %, and one from the tenth before that
    /// fifth alone. `None` when that tenth has too few outcomes.
    pub comparison: Option<(Evaluation, Evaluation)>,
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
        let count = judged.len().max(1) as f64;
        let expected = judged.iter().map(|(probability, _)| probability).sum::<f64>() / count;
        let variance = judged.iter().map(|(chance, _)| chance * (1.0 - chance)).sum::<f64>();
        let observed = dataset.count_won(newer) as f64 / count;
        let gap = (observed - expected).abs();
        let is_alarm = gap > ERRORS * variance.sqrt() / count && gap > GAP * expected;
        let mut shifts: Vec<Shift> = fields
            .iter()
            .filter_map(|place| dataset.fields.get(*place))
            .map(|field| {
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
                Shift { field: field.name.clone(), index }
            })
            .filter(|shift| shift.index >= SHIFTED)
            .collect();
        shifts.sort_unstable_by(|one, other| other.index.total_cmp(&one.index));
        let comparison = is_alarm.then(|| compare(dataset, fields, card)).flatten();
        Self { expected, observed, is_alarm, shifts, comparison }
    }
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
