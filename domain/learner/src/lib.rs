//! Learns from closed leads what tells a lead that is won from one that is lost (PRODUCT G6, §5.2).
//!
//! What comes out is a [`PointCard`]: whole points for what a lead is known to be, which a person can
//! read and bend. Ten points double the odds and a sum of zero is one in two, so a sum is a probability
//! as well. Beside it stands how it did on leads that it had not seen ([`Evaluation`]), which fields
//! look as if they were only known afterwards ([`Suspicion`]) and whether the past still tells about
//! the present ([`Drift`]). Too few outcomes give no card but the numbers that are missing.

mod binning;
mod card;
mod dataset;
mod drift;
mod leakage;
mod learning;
mod measures;
mod protected;
mod regression;

pub use binning::Bin;
pub use card::{CardBin, CardField, PointCard, probability};
pub use dataset::{Dataset, DatasetBuilder, known_cell, parse_outcome};
pub use drift::{Drift, Month, Shift};
pub use leakage::{Reason, Suspicion};
pub use learning::{
    CannotLearn, LOST_MIN, Learned, Options, Order, TOTAL_MIN, WON_MIN, Window, learn,
};
pub use measures::{CalibrationBin, Evaluation, Rate, TOO_FEW, decimal};
pub use protected::Protection;
