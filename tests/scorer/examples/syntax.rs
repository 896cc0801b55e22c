//! How many addresses a second the native build parses, in millions, for `cargo xtask bench`.

use std::hint::black_box;
use std::time::Instant;

const ROUNDS: u32 = 200_000;

fn main() {
    // The first rounds warm the caches.
    black_box(plumbline_scorer::accepted_addresses(ROUNDS / 10));
    let start = Instant::now();
    let good = plumbline_scorer::accepted_addresses(ROUNDS);
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(good, ROUNDS * 7);
    println!("{:.2}", f64::from(ROUNDS * 10) / seconds / 1e6);
}
