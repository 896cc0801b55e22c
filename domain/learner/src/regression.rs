//! Logistic regression on bins.

use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

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
        // A column for each bin that some lead is in, but for the commonest of its field.
        let mut columns = 0;
        let mut column_of: Vec<Vec<Option<usize>>> = Vec::new();
        for (field, binning) in &self.fields {
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
                columns += usize::from(is_column);
                is_column.then(|| columns - 1)
            };
            column_of.push(counts.iter().enumerate().map(column).collect());
        }
        if columns == 0 {
            let won = dataset.count_won(rows) as f64;
            let start = (won / (rows.len() as f64 - won)).ln();
            let nothing = |columns: &Vec<Option<usize>>| vec![0.0; columns.len()];
            let by_field = column_of.iter().map(nothing).collect();
            return start.is_finite().then_some(Weights { start, by_field });
        }
        let mut cells = vec![0.0; rows.len() * columns];
        for (number, row) in rows.iter().enumerate() {
            for ((field, binning), column_of) in self.fields.iter().zip(&column_of) {
                let column = column_of.get(binning.place(&field.values, *row));
                if let Some(Some(column)) = column
                    && let Some(cell) = cells.get_mut(number * columns + column)
                {
                    *cell = 1.0;
                }
            }
        }
        let outcomes: Vec<u8> = rows.iter().map(|row| u8::from(dataset.is_won(*row))).collect();
        let matrix = DenseMatrix::new(rows.len(), columns, cells, false).ok()?;
        let parameters = LogisticRegressionParameters::default().with_alpha(RIDGE);
        let fitted = LogisticRegression::fit(&matrix, &outcomes, parameters).ok()?;
        let weight = |column: &Option<usize>| {
            column.map_or(0.0, |column| *fitted.coefficients().get((0, column)))
        };
        let by_field =
            column_of.iter().map(|columns| columns.iter().map(weight).collect()).collect();
        Some(Weights { start: *fitted.intercept().get((0, 0)), by_field })
    }
}
