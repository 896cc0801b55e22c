//! A person looks at a score: agrees with it, or sets another cell for a while (PRODUCT G5; GDPR
//! article 22 asks for a person where a score alone would decide).

use serde::{Deserialize, Serialize};

use crate::scoring::Cell;
use crate::time::Timestamp;

/// The longest name of whoever reviews, in characters.
pub const REVIEWER_CHARS_MAX: usize = 80;
/// The longest reason of a review, in characters.
pub const REVIEW_REASON_CHARS_MAX: usize = 500;
/// The longest time that a cell set by hand may stand, in days: nobody remembers why after that.
pub const OVERRIDE_DAYS_MAX: i64 = 366;

/// The last time that a person looked at the score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Review {
    /// Who.
    pub author: String,
    /// Why they see it so.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// The model whose score they saw.
    pub model_version: u32,
    /// The cell that they set in place of the computed one, which stays beside it and goes on; nothing
    /// when they agree with the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// From when on the computed one counts again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Review {
    /// Returns the cell that it sets at a time, if it sets one then.
    #[must_use]
    pub fn cell_at(&self, now: Timestamp) -> Option<Cell> {
        self.cell.filter(|_| self.until.is_some_and(|until| now < until))
    }
}
