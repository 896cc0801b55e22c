//! SplitMix64 (Steele, Lea, Flood 2014): small, seeded, the same everywhere.

/// A seeded generator. Not for secrets.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Starts at `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Returns the next 64 bits.
    pub const fn next_bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 up to, and not including, `limit`; 0 for a limit of 0 or less.
    #[expect(clippy::cast_possible_wrap, reason = "the remainder is below an i64")]
    pub fn below(&mut self, limit: i64) -> i64 {
        let limit = u64::try_from(limit).unwrap_or(0).max(1);
        (self.next_bits() % limit) as i64
    }

    /// Returns one of `items`, which may not be empty.
    ///
    /// # Panics
    /// When it is.
    #[expect(clippy::indexing_slicing, reason = "the index is below the length")]
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(items.len() as i64)).unwrap_or(0);
        &items[index]
    }

    /// Returns ten random bytes, as an id wants them.
    pub fn id_bytes(&mut self) -> [u8; 10] {
        let (a, b) = (self.next_bits().to_le_bytes(), self.next_bits().to_le_bytes());
        let mut bytes = [0; 10];
        for (to, from) in bytes.iter_mut().zip(a.into_iter().chain(b)) {
            *to = from;
        }
        bytes
    }
}
