//! The A1–C3 matrix: fit as a letter, engagement as a digit.

use super::{ENGAGEMENT_RANGE, FIT_RANGE, Thresholds};
use crate::named;

named! {
    /// One cell of the matrix; A and 1 are best.
    #[expect(missing_docs, reason = "a letter for fit and a digit for engagement")]
    pub enum Cell {
        A1 = "A1",
        A2 = "A2",
        A3 = "A3",
        B1 = "B1",
        B2 = "B2",
        B3 = "B3",
        C1 = "C1",
        C2 = "C2",
        C3 = "C3",
    }
}

impl Cell {
    /// Returns the cell of two sums under the cut-offs of a model.
    #[must_use]
    pub const fn of(fit: i32, engagement: i32, cut: &Thresholds) -> Self {
        Self::at(
            band(fit, (cut.fit_a, cut.fit_b), 2, cut.margin),
            band(engagement, (cut.engagement_1, cut.engagement_2), 2, cut.margin),
        )
    }

    /// Returns the cell of a lead that was in this one: it leaves a band only once it has fallen by
    /// the margin below its beginning.
    #[must_use]
    pub const fn after(self, fit: i32, engagement: i32, cut: &Thresholds) -> Self {
        let (letter, digit) = self.bands();
        Self::at(
            band(fit, (cut.fit_a, cut.fit_b), letter, cut.margin),
            band(engagement, (cut.engagement_1, cut.engagement_2), digit, cut.margin),
        )
    }

    /// Returns the places of its letter and its digit, 0 for the best.
    #[must_use]
    pub const fn bands(self) -> (usize, usize) {
        (self as usize / 3, self as usize % 3)
    }

    const fn at(letter: usize, digit: usize) -> Self {
        match (letter, digit) {
            (0, 0) => Self::A1,
            (0, 1) => Self::A2,
            (0, _) => Self::A3,
            (1, 0) => Self::B1,
            (1, 1) => Self::B2,
            (1, _) => Self::B3,
            (_, 0) => Self::C1,
            (_, 1) => Self::C2,
            (_, _) => Self::C3,
        }
    }

    /// Returns how urgent the cell's play is, 8 for a call at once down to 0.
    #[must_use]
    pub const fn urgency(self) -> u32 {
        match self {
            Self::A1 => 8,
            Self::A2 => 7,
            Self::B1 => 6,
            Self::A3 => 5,
            Self::B2 => 4,
            Self::B3 => 3,
            Self::C1 => 2,
            Self::C2 => 1,
            Self::C3 => 0,
        }
    }

    /// Returns the ranks that leads of this cell have, both ends included.
    #[must_use]
    pub const fn rank_range(self) -> (u32, u32) {
        (self.urgency() * RANKS_PER_CELL, self.urgency() * RANKS_PER_CELL + RANKS_PER_CELL - 1)
    }
}

/// Returns the band of a sum: 0 from the first cut on, 1 from the second, 2 below. Whoever was in a
/// band, or above it, stays down to the margin below its cut.
const fn band(sum: i32, (first, second): (i32, i32), before: usize, margin: i32) -> usize {
    if sum >= first || (before == 0 && sum >= first.saturating_sub(margin)) {
        0
    } else if sum >= second || (before <= 1 && sum >= second.saturating_sub(margin)) {
        1
    } else {
        2
    }
}

const RANKS_PER_CELL: u32 = 1_000;

/// Returns the number leads are sorted by: the urgency of the cell first, then the points.
///
/// All leads of one cell lie in one range, so a filter by cell reads the same index.
#[must_use]
pub fn rank(cell: Cell, fit: i32, engagement: i32) -> u32 {
    let above = |value: i32, (low, high): (i32, i32)| (value.clamp(low, high) - low).unsigned_abs();
    let points = above(fit, FIT_RANGE) + above(engagement, ENGAGEMENT_RANGE);
    cell.urgency() * RANKS_PER_CELL + points.min(RANKS_PER_CELL - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_flickers_at_an_edge() {
        let cut =
            Thresholds { fit_a: 60, fit_b: 30, engagement_1: 50, engagement_2: 20, margin: 5 };
        assert_eq!(Cell::of(59, 49, &cut), Cell::B2);
        assert_eq!(Cell::A1.after(55, 45, &cut), Cell::A1);
        assert_eq!(Cell::A1.after(54, 44, &cut), Cell::B2);
        assert_eq!(Cell::A1.after(26, 14, &cut), Cell::B3);
        assert_eq!(Cell::C3.after(59, 19, &cut), Cell::B3, "up at the cut itself");
        for cell in Cell::ALL {
            let (letter, digit) = cell.bands();
            assert_eq!(Cell::at(letter, digit), cell);
        }
    }

    #[test]
    fn ranks_keep_cells_apart() {
        for cell in Cell::ALL {
            let (low, high) = cell.rank_range();
            assert!(low <= rank(cell, -50, 0) && rank(cell, 100, 100) <= high);
        }
        assert!(rank(Cell::A1, 60, 50) > rank(Cell::A2, 100, 49));
    }
}
