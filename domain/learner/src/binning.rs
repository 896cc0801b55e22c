//! A field cut into a few bins, so that each can have its points.

use std::collections::HashMap;
use std::fmt;

use crate::dataset::Values;

/// The most bins of a number.
const NUMBER_BINS: usize = 5;
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
                let mut sorted: Vec<f64> = known.collect();
                sorted.sort_unstable_by(f64::total_cmp);
                let at = |part: usize| sorted.get(part * sorted.len() / NUMBER_BINS);
                let mut cuts: Vec<f64> = (1..NUMBER_BINS).filter_map(at).copied().collect();
                cuts.dedup();
                // Nothing lies above the greatest.
                cuts.retain(|cut| sorted.last().is_some_and(|greatest| cut < greatest));
                Self::Cuts(cuts)
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
