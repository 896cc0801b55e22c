//! Work that can be begun anew while an answer is still under way.

use leptos::prelude::*;

/// Counts how often work was begun: what an earlier turn has under way ends with it.
#[derive(Clone, Copy)]
pub struct Turns(StoredValue<u32>);

impl Turns {
    /// Begins to count.
    pub fn new() -> Self {
        Self(StoredValue::new(0))
    }

    /// Ends what is under way and returns the turn after it.
    pub fn next(self) -> u32 {
        self.0.update_value(|turn| *turn += 1);
        self.now()
    }

    /// Returns the turn that it is.
    pub fn now(self) -> u32 {
        self.0.try_get_value().unwrap_or_default()
    }

    /// Returns whether another turn has begun since.
    pub fn is_over(self, turn: u32) -> bool {
        // Nobody is there any more: everything is over.
        self.0.try_get_value() != Some(turn)
    }
}
