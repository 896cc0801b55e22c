//! Weights as whole points.

use std::f64::consts::LN_2;

use crate::binning::{Bin, Binning};
use crate::dataset::{Dataset, Values};
use crate::regression::Design;

/// So many points double the odds.
const POINTS_PER_DOUBLING: f64 = 10.0;

/// Points for what a lead is known to be.
#[derive(Clone, Debug)]
pub struct PointCard {
    /// What every lead starts with.
    pub start: i32,
    /// The fields that count.
    pub fields: Vec<CardField>,
}

/// The points of a field.
#[derive(Clone, Debug)]
pub struct CardField {
    /// Its name.
    pub name: String,
    /// Its bins; the commonest has no points.
    pub bins: Vec<CardBin>,
    place: usize,
    binning: Binning,
}

/// The points of a bin, and the leads behind them.
#[derive(Clone, Debug)]
pub struct CardBin {
    /// What it holds.
    pub bin: Bin,
    /// Its points.
    pub points: i32,
    /// How many leads were in it.
    pub count: usize,
    /// How many of them were won.
    pub won: usize,
}

/// Returns the probability that a sum of points stands for.
#[must_use]
pub fn probability(points: i32) -> f64 {
    1.0 / (1.0 + (-f64::from(points) / POINTS_PER_DOUBLING).exp2())
}

impl PointCard {
    /// Learns from these fields of these leads; `None` when all of them ended alike.
    pub(crate) fn learn(dataset: &Dataset, fields: &[usize], rows: &[usize]) -> Option<Self> {
        let design = Design::of(dataset, fields, rows);
        let weights = design.fit(dataset, rows)?;
        let points = |weight: f64| (weight / LN_2 * POINTS_PER_DOUBLING).round() as i32;
        let mut card = Vec::new();
        for (((field, mut binning), weights), place) in
            design.fields.into_iter().zip(&weights.by_field).zip(fields)
        {
            let mut rounded: Vec<i32> = weights.iter().map(|weight| points(*weight)).collect();
            binning.join(&mut rounded);
            let bins = binning.bins().into_iter().zip(rounded);
            let mut bins: Vec<CardBin> =
                bins.map(|(bin, points)| CardBin { bin, points, count: 0, won: 0 }).collect();
            for row in rows {
                if let Some(bin) = bins.get_mut(binning.place(&field.values, *row)) {
                    bin.count += 1;
                    bin.won += usize::from(dataset.is_won(*row));
                }
            }
            card.push(CardField { name: field.name.clone(), bins, place: *place, binning });
        }
        Some(Self { start: points(weights.start), fields: card })
    }

    /// Returns the points of a lead of the dataset that it was learned from.
    #[must_use]
    pub fn points(&self, dataset: &Dataset, row: usize) -> i32 {
        let points = |field: &CardField| {
            let values: Option<&Values> =
                dataset.fields.get(field.place).map(|field| &field.values);
            let bin = field.bins.get(values.map_or(0, |values| field.binning.place(values, row)));
            bin.map_or(0, |bin| bin.points)
        };
        self.fields.iter().map(points).sum::<i32>() + self.start
    }

    /// Returns the probability of each of these leads, with how it ended.
    pub(crate) fn judge(&self, dataset: &Dataset, rows: &[usize]) -> Vec<(f64, bool)> {
        let judged = |row: &usize| (probability(self.points(dataset, *row)), dataset.is_won(*row));
        rows.iter().map(judged).collect()
    }
}
