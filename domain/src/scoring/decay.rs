//! Half-life decay in integers: `points × 2^(−age / half-life)`, rounded to the nearest point.

use crate::time::DAY_MS;

/// Fractions of a half-life are looked up in 64 steps and interpolated between them.
const STEPS: usize = 64;
/// Two to the power of minus n sixty-fourths, as 30-bit fixed point.
const FACTORS: [u64; STEPS + 1] = factors();

/// 2^(−1/64) as 62-bit fixed point: 0.989_228_013_193_975… × 2^62.
const STEP_FACTOR: u128 = 4_562_008_997_483_360_349;

const fn factors() -> [u64; STEPS + 1] {
    let mut table = [0; STEPS + 1];
    let mut value: u128 = 1 << 62;
    let mut index = 0;
    while index <= STEPS {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            table[index] = ((value + (1 << 31)) >> 32) as u64;
        }
        value = (value * STEP_FACTOR) >> 62;
        index += 1;
    }
    table
}

/// Returns `points` after `age_ms`, halved every `half_life_days`; no half-life keeps them all.
///
/// Half a point rounds away from zero, so a rule and its negative stay mirror images.
#[must_use]
pub fn decayed(points: i32, age_ms: i64, half_life_days: Option<u32>) -> i32 {
    let Some(days) = half_life_days.filter(|days| *days > 0) else { return points };
    let half_life_ms = i64::from(days) * DAY_MS;
    // Twenty binary digits of a half-life: an age of 3,000 years still fits.
    let elapsed = u128::from(age_ms.max(0).unsigned_abs()) << 20;
    let elapsed = elapsed / u128::from(half_life_ms.unsigned_abs());
    let halvings = (elapsed >> 20) as u64;
    if halvings > 31 {
        return 0;
    }
    let fraction = (elapsed & 0xf_ffff) as u64;
    let step = (fraction >> 14) as usize;
    let within = fraction & 0x3fff;
    let at = |index: usize| FACTORS.get(index).copied().unwrap_or_default();
    let factor = at(step) - (((at(step) - at(step + 1)) * within) >> 14);
    let shift = 30 + halvings;
    let scaled = u128::from(points.unsigned_abs()) * u128::from(factor);
    let rounded = ((scaled + (1 << (shift - 1))) >> shift) as i32;
    if points < 0 { -rounded } else { rounded }
}

/// Returns `points` after `age_ms`, falling in a line to nothing at `days`; half a point rounds away
/// from zero.
#[must_use]
pub fn faded(points: i32, age_ms: i64, days: u32) -> i32 {
    let whole = i128::from(days.max(1)) * i128::from(DAY_MS);
    let left = (whole - i128::from(age_ms.max(0))).max(0);
    let rounded = ((i128::from(points.unsigned_abs()) * left * 2 + whole) / (whole * 2)) as i32;
    if points < 0 { -rounded } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_every_half_life() {
        for (points, days, expected) in
            [(50, 0, 50), (50, 30, 25), (50, 60, 13), (-50, 30, -25), (40, 15, 28), (8, 300, 0)]
        {
            assert_eq!(decayed(points, days * DAY_MS, Some(30)), expected, "{points} {days}");
        }
        assert_eq!(decayed(50, 9_999 * DAY_MS, None), 50);
        assert_eq!(decayed(50, i64::MAX, Some(1)), 0);
        assert_eq!(decayed(i32::MIN + 1, 0, Some(1)), i32::MIN + 1);
    }

    #[test]
    fn fades_in_a_line() {
        for (points, days, expected) in
            [(50, 0, 50), (50, 30, 25), (-50, 30, -25), (50, 59, 1), (50, 60, 0), (50, 400, 0)]
        {
            assert_eq!(faded(points, days * DAY_MS, 60), expected, "{points} {days}");
        }
        assert_eq!(faded(5, DAY_MS, 2), 3, "half a point rounds away from zero");
    }

    #[test]
    fn follows_the_real_curve_within_half_a_point_and_a_bit() {
        for age in 0..400 {
            let real = 1000.0 * 0.5_f64.powf(f64::from(age) / 21.0);
            let got = f64::from(decayed(1000, i64::from(age) * DAY_MS, Some(21)));
            assert!((real - got).abs() < 0.6, "{age}: {real} {got}");
        }
    }
}
