//! What the machine can do: how many numbers it takes at once.

/// The widest instructions that this machine has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Machine {
    /// Asked when the program runs: it is built for every machine. A browser is given the program that it can run.
    #[cfg(not(target_arch = "wasm32"))]
    widest: pulp::Arch,
}

impl Machine {
    /// Changes each number by the one that stands in the same place.
    pub(crate) fn each<A, B: Copy>(
        self,
        numbers: &mut [A],
        others: &[B],
        change: impl Fn(&mut A, B),
    ) {
        self.fast(
            // Only what is inlined is compiled for them.
            #[inline(always)]
            || {
                for (number, other) in numbers.iter_mut().zip(others) {
                    change(number, *other);
                }
            },
        );
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn fast(self, work: impl FnOnce()) {
        self.widest.dispatch(work);
    }

    #[cfg(target_arch = "wasm32")]
    fn fast(self, work: impl FnOnce()) {
        work();
    }
}
