//! Logistic regression on bins.

use smartcore::numbers::floatnum::FloatNumber;
use smartcore::optimization::FunctionOrder;
use smartcore::optimization::first_order::FirstOrderOptimizer;
use smartcore::optimization::first_order::lbfgs::LBFGS;
use smartcore::optimization::line_search::Backtracking;

use crate::binning::Binning;
use crate::dataset::{Dataset, Field};

/// How strongly weights are drawn towards nothing: a bin needs some leads before it counts in full.
const RIDGE: f64 = 0.5;

/// The fields that are learned from, cut into bins.
pub(crate) struct Design<'a> {
    pub fields: Vec<(&'a Field, Binning)>,
}

/// The weight of every bin in the logarithm of the odds; the commonest bin of a field weighs nothing.
pub(crate) struct Weights {
    pub start: f64,
    pub by_field: Vec<Vec<f64>>,
}

impl<'a> Design<'a> {
    /// Cuts these fields by what they hold in these leads.
    pub fn of(dataset: &'a Dataset, fields: &[usize], rows: &[usize]) -> Self {
        let chosen = fields.iter().filter_map(|place| dataset.fields.get(*place));
        let cut = |field: &'a Field| (field, Binning::of(&field.values, rows));
        Self { fields: chosen.map(cut).collect() }
    }

    /// Fits the weights to these leads; `None` when all of them ended alike.
    pub fn fit(&self, dataset: &Dataset, rows: &[usize]) -> Option<Weights> {
        let won = dataset.count_won(rows);
        if won == 0 || won == rows.len() {
            return None;
        }
        let mut columns = 0;
        let column_of: Vec<_> =
            self.fields.iter().map(|field| columns_of(field, rows, &mut columns)).collect();
        let lead = |row: &usize| {
            let column = |((field, binning), column_of): (&(&Field, Binning), &Vec<_>)| {
                column_of.get(binning.place(&field.values, *row)).copied().flatten()
            };
            let columns = self.fields.iter().zip(&column_of).filter_map(column).collect();
            Lead { columns, is_won: dataset.is_won(*row) }
        };
        let weights = Objective { leads: rows.iter().map(lead).collect(), columns }.least();
        let weight =
            |column: &Option<usize>| column.and_then(|column| weights.get(column)).copied();
        let weights_of =
            |columns: Vec<_>| columns.iter().map(|column| weight(column).unwrap_or(0.0)).collect();
        let start = weights.get(columns).copied()?;
        Some(Weights { start, by_field: column_of.into_iter().map(weights_of).collect() })
    }
}

/// Returns the column of each bin of a field that some lead is in, but for the commonest.
fn columns_of(
    (field, binning): &(&Field, Binning),
    rows: &[usize],
    next: &mut usize,
) -> Vec<Option<usize>> {
    let mut counts = vec![0_usize; binning.count()];
    for row in rows {
        if let Some(count) = counts.get_mut(binning.place(&field.values, *row)) {
            *count += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let commonest = counts.iter().position(|count| *count == most);
    let column = |(place, count): (usize, &usize)| {
        let is_column = *count > 0 && Some(place) != commonest;
        *next += usize::from(is_column);
        is_column.then(|| *next - 1)
    };
    counts.iter().enumerate().map(column).collect()
}

/// A lead as the regression sees it.
struct Lead {
    /// The columns that it is in: of the many that there are, one a field at most.
    columns: Vec<usize>,
    is_won: bool,
}

/// How unlikely weights make what was seen (the logistic loss, with its ridge). The last of the weights is the start.
struct Objective {
    leads: Vec<Lead>,
    columns: usize,
}

impl Objective {
    /// Returns the weights for which it is least.
    fn least(&self) -> Vec<f64> {
        let line_search = Backtracking { order: FunctionOrder::THIRD, ..Backtracking::default() };
        let none = vec![0.0; self.columns + 1];
        let loss = |weights: &Vec<f64>| self.loss(weights);
        let slope = |slope: &mut Vec<f64>, weights: &Vec<f64>| self.slope(slope, weights);
        LBFGS::default().optimize(&loss, &slope, &none, &line_search).x
    }

    fn loss(&self, weights: &[f64]) -> f64 {
        let of_lead = |lead: &Lead| {
            let odds = self.odds(lead, weights);
            odds.ln_1pe() - if lead.is_won { odds } else { 0.0 }
        };
        let drawn = weights.iter().take(self.columns).map(|weight| weight * weight);
        self.leads.iter().map(of_lead).sum::<f64>() + RIDGE / 2.0 * drawn.sum::<f64>()
    }

    fn slope(&self, slope: &mut [f64], weights: &[f64]) {
        for (slope, weight) in slope.iter_mut().zip(weights.iter().take(self.columns)) {
            *slope = RIDGE * weight;
        }
        let mut start = 0.0;
        for lead in &self.leads {
            let off = self.odds(lead, weights).sigmoid() - f64::from(u8::from(lead.is_won));
            start += off;
            for column in &lead.columns {
                if let Some(slope) = slope.get_mut(*column) {
                    *slope += off;
                }
            }
        }
        if let Some(slope) = slope.get_mut(self.columns) {
            *slope = start;
        }
    }

    /// Returns the logarithm of the odds that a lead is won.
    fn odds(&self, lead: &Lead, weights: &[f64]) -> f64 {
        let weight = |column: &usize| weights.get(*column).copied().unwrap_or_default();
        weight(&self.columns) + lead.columns.iter().map(weight).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objective() -> Objective {
        let lead = |columns: &[usize], is_won| Lead { columns: columns.to_vec(), is_won };
        let leads = vec![
            lead(&[0, 2], true),
            lead(&[0], false),
            lead(&[1, 2], true),
            lead(&[], false),
            lead(&[1], true),
            lead(&[2], false),
        ];
        Objective { leads, columns: 3 }
    }

    #[test]
    fn the_slope_is_that_of_the_loss() {
        let objective = objective();
        let weights = [0.7, -1.3, 0.4, 0.2];
        let mut slope = [9.0; 4];
        objective.slope(&mut slope, &weights);
        for (place, slope) in slope.into_iter().enumerate() {
            let beside = |step: f64| {
                let mut weights = weights;
                weights[place] += step;
                objective.loss(&weights)
            };
            let expected = (beside(1e-5) - beside(-1e-5)) / 2e-5;
            assert!((slope - expected).abs() < 1e-8, "{place}: {slope}, and not {expected}");
        }
    }

    #[test]
    fn at_the_least_loss_there_is_no_slope() {
        let objective = objective();
        let least = objective.least();
        let mut slope = [9.0; 4];
        objective.slope(&mut slope, &least);
        assert!(slope.iter().all(|slope| slope.abs() < 1e-4), "{slope:?} at {least:?}");
        // Of leads that are in no column, the start alone tells how many were won.
        let lead = |is_won| Lead { columns: Vec::new(), is_won };
        let plain =
            Objective { leads: vec![lead(true), lead(true), lead(true), lead(false)], columns: 0 };
        assert!((plain.least()[0] - 3_f64.ln()).abs() < 1e-6);
    }
}
