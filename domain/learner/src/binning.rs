//! A field cut into a few bins, so that each can have its points.

use std::collections::HashMap;
use std::fmt;

use crate::dataset::Values;

/// The fewest and the most bins of a number,
const NUMBER_BINS: (usize, usize) = (5, 10);
/// and how many leads it takes for each beyond the fewest.
const LEADS_PER_BIN: usize = 400;
/// The most values of a text that have a bin of their own.
const TEXT_BINS: usize = 20;
/// The fewest leads that a value of a text needs for a bin of its own.
const LEADS_MIN: usize = 20;

/// What a bin holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Bin {
    /// The field is not known.
    Unknown,
    /// A number above the first and up to the second; `None` is without bound.
    Range(Option<f64>, Option<f64>),
    /// This text.
    Value(String),
    /// Any other text.
    Other,
}

impl fmt::Display for Bin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => formatter.write_str("not known"),
            Self::Range(None, None) => formatter.write_str("any number"),
            Self::Range(None, Some(up_to)) => write!(formatter, "up to {up_to}"),
            Self::Range(Some(above), None) => write!(formatter, "above {above}"),
            Self::Range(Some(above), Some(up_to)) => {
                write!(formatter, "above {above}, up to {up_to}")
            }
            Self::Value(value) => formatter.write_str(value),
            Self::Other => formatter.write_str("anything else"),
        }
    }
}

/// How a field is cut. The first bin is for what is not known.
#[derive(Clone, Debug)]
pub(crate) enum Binning {
    /// A number is in the bin after the last of these that it is above.
    Cuts(Vec<f64>),
    /// A text has the bin of its place here; the last bin is for all others.
    Texts(HashMap<String, usize>),
}

impl Binning {
    /// Cuts a field so that its bins hold about equally many of these leads.
    pub fn of(values: &Values, rows: &[usize]) -> Self {
        match values {
            Values::Numbers(numbers) => {
                let known = rows.iter().filter_map(|row| numbers.get(*row).copied().flatten());
                Self::Cuts(cuts(known.collect()))
            }
            Values::Texts(texts) => {
                let mut counts: HashMap<&str, usize> = HashMap::new();
                for row in rows {
                    if let Some(Some(text)) = texts.get(*row) {
                        *counts.entry(text).or_default() += 1;
                    }
                }
                let mut common: Vec<_> =
                    counts.into_iter().filter(|(_, count)| *count >= LEADS_MIN).collect();
                common.sort_unstable_by(|one, other| (other.1, one.0).cmp(&(one.1, other.0)));
                common.truncate(TEXT_BINS);
                let places = (1..).zip(common);
                Self::Texts(places.map(|(place, (text, _))| (text.to_owned(), place)).collect())
            }
        }
    }

    /// Takes neighbouring bins of a number for one where they count the same.
    pub fn join<T: PartialEq>(&mut self, counts: &mut Vec<T>) {
        let Self::Cuts(cuts) = self else { return };
        // Behind that for what is not known, the bin after each cut.
        let mut place = 1;
        cuts.retain(|_| {
            let is_same = counts.get(place) == counts.get(place + 1);
            if is_same {
                counts.remove(place);
            } else {
                place += 1;
            }
            !is_same
        });
    }

    /// Returns how many bins there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Cuts(cuts) => cuts.len() + 2,
            Self::Texts(places) => places.len() + 2,
        }
    }

    /// Returns the bin of a lead.
    pub fn place(&self, values: &Values, row: usize) -> usize {
        match (self, values) {
            (Self::Cuts(cuts), Values::Numbers(numbers)) => match numbers.get(row) {
                Some(Some(number)) => 1 + cuts.partition_point(|cut| cut < number),
                _ => 0,
            },
            (Self::Texts(places), Values::Texts(texts)) => match texts.get(row) {
                Some(Some(text)) => places.get(text).copied().unwrap_or(places.len() + 1),
                _ => 0,
            },
            _ => 0,
        }
    }

    /// Returns what each bin holds, in their order.
    pub fn bins(&self) -> Vec<Bin> {
        let mut bins = vec![Bin::Unknown];
        match self {
            Self::Cuts(cuts) => {
                let ends = cuts.iter().copied().map(Some).chain([None]);
                let mut above = None;
                for up_to in ends {
                    bins.push(Bin::Range(above, up_to));
                    above = up_to;
                }
            }
            Self::Texts(places) => {
                let mut named: Vec<_> = places.iter().collect();
                named.sort_unstable_by_key(|(_, place)| **place);
                bins.extend(named.into_iter().map(|(text, _)| Bin::Value(text.clone())));
                bins.push(Bin::Other);
            }
        }
        bins
    }
}

/// Returns where numbers are cut: between all of them where they are few, and else so that the bins hold
/// about equally many.
fn cuts(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let bins = (numbers.len() / LEADS_PER_BIN).clamp(NUMBER_BINS.0, NUMBER_BINS.1);
    let at = |part: usize| numbers.get(part * numbers.len() / bins).copied();
    let quantiles: Vec<f64> = (1..bins).filter_map(at).collect();
    numbers.dedup();
    // Nothing lies above the greatest, so that where it is common it is cut off below.
    let Some((greatest, below)) = numbers.split_last() else { return Vec::new() };
    if numbers.len() <= bins {
        return below.to_vec();
    }
    let cut = |cut: f64| if cut < *greatest { Some(cut) } else { below.last().copied() };
    let mut cuts: Vec<f64> = quantiles.into_iter().filter_map(cut).collect();
    cuts.dedup();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_count_the_same_are_one() {
        let mut binning = Binning::Cuts(vec![1.0, 2.0, 3.0, 4.0]);
        let mut points = vec![0, 5, 5, 0, 0, 5];
        binning.join(&mut points);
        assert_eq!((points.as_slice(), binning.count()), ([0, 5, 0, 5].as_slice(), 4));
        assert_eq!(
            binning.bins()[1..3],
            [Bin::Range(None, Some(2.0)), Bin::Range(Some(2.0), Some(4.0))]
        );
    }

    #[test]
    fn numbers_are_cut_into_equal_parts_and_few_between_all_of_them() {
        let cuts = |numbers: &[f64]| cuts(numbers.to_vec());
        assert_eq!(cuts(&[]), [0.0; 0]);
        assert_eq!(cuts(&[7.0; 9]), [0.0; 0], "all the same");
        assert_eq!(cuts(&[1.0, 0.0, 1.0, 1.0, 1.0, 1.0]), [0.0], "however few are below");
        let hundred: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(cuts(&hundred), [20.0, 40.0, 60.0, 80.0]);
        let thousands: Vec<f64> = (0..4_000).map(f64::from).collect();
        assert_eq!(cuts(&thousands).len(), 9);
        let top: Vec<f64> = (0..100).map(|n| f64::from(n.min(50))).collect();
        assert_eq!(cuts(&top), [20.0, 40.0, 49.0], "half of them are the greatest");
    }
}
