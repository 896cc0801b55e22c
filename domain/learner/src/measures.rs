//! How good probabilities were, once the outcomes are known.

use std::fmt;

use serde::{Deserialize, Serialize};

/// With fewer outcomes than this a rate is not worth showing (PRODUCT X4).
pub const TOO_FEW: usize = 20;
/// Parts of all leads, the best first, that are looked at for how many of the won they hold.
const SHARES: usize = 20;
/// Equal steps of probability that calibration is looked at in.
const STEPS: usize = 10;
/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.96;
/// No outcome is taken for impossible.
const SURE: f64 = 1e-9;

/// How a card did on leads that it was not learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// How many leads.
    pub count: usize,
    /// How many of them were won.
    pub won: usize,
    /// The chance that a won lead has more points than a lost one; 0.5 is a coin.
    pub auc: f64,
    /// Half the width of the 95 % interval of the AUC (Hanley and McNeil 1982).
    pub auc_margin: f64,
    /// The mean logarithm of what was thought of the outcome that came, without its sign.
    pub log_loss: f64,
    /// The same when every lead is given the rate of all.
    pub base_log_loss: f64,
    /// The mean square of what was wrong.
    pub brier: f64,
    /// How far the probabilities lie from the rates, weighted by the leads.
    pub calibration_error: f64,
    /// Probabilities and rates by steps of probability; empty steps are left out.
    pub calibration: Vec<CalibrationBin>,
    /// The share of the won leads among the best 5 %, 10 % and so on up to all.
    pub captured: Vec<f64>,
}

/// Leads of about the same probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// The mean of their probabilities.
    pub predicted: f64,
    /// How many of them were won.
    pub seen: Rate,
}

/// How many of so many leads were won. It reads as `34 % (21 to 49 %)`, with its 95 % interval, or as
/// `too few`; a precision is that of all three numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// How many were won.
    pub won: usize,
    /// How many there were.
    pub count: usize,
}

impl Rate {
    /// Counts a lead.
    pub fn add(&mut self, is_won: bool) {
        self.won += usize::from(is_won);
        self.count += 1;
    }

    /// Returns the share that was won, 0 to 1; of no leads it is 0.
    #[must_use]
    pub fn share(self) -> f64 {
        self.won as f64 / self.count.max(1) as f64
    }

    /// Returns the 95 % interval of the share (Wilson 1927); `None` with fewer leads than [`TOO_FEW`].
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        (self.count >= TOO_FEW).then(|| wilson(self.won, self.count))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((low, high)) = self.interval() else { return formatter.write_str("too few") };
        let digits = formatter.precision().unwrap_or_default();
        let [rate, low, high] =
            [self.share(), low, high].map(|share| decimal(share * 100.0, digits));
        write!(formatter, "{rate} % ({low} to {high} %)")
    }
}

/// Returns a number that is not negative with so many digits behind the point. By whole numbers only: the
/// code that writes fractions of any kind is larger than all of this crate's words.
#[must_use]
pub fn decimal(number: f64, digits: usize) -> String {
    let scale = (0..digits).fold(1_u64, |scale, _| scale * 10);
    let parts = (number * scale as f64).round() as u64;
    match digits {
        0 => parts.to_string(),
        _ => format!("{}.{:0digits$}", parts / scale, parts % scale),
    }
}

impl Evaluation {
    /// Measures probabilities against outcomes.
    pub(crate) fn of(judged: &[(f64, bool)]) -> Self {
        let count = judged.len();
        let won = judged.iter().filter(|(_, is_won)| *is_won).count();
        let share = |part: f64| part / count.max(1) as f64;
        let rate = share(won as f64);
        let surprise = |probability: f64, is_won: bool| {
            -(if is_won { probability } else { 1.0 - probability }).max(SURE).ln()
        };
        let sum = |each: &dyn Fn(f64, bool) -> f64| -> f64 {
            judged.iter().map(|(probability, is_won)| each(*probability, *is_won)).sum()
        };
        let mut sorted = judged.to_vec();
        sorted.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
        let captured = (1..=SHARES).map(|share| {
            let best = sorted.iter().take(count * share / SHARES);
            best.filter(|(_, is_won)| *is_won).count() as f64 / won.max(1) as f64
        });
        let calibration = calibration(judged);
        let gap = |CalibrationBin { predicted, seen }: &CalibrationBin| {
            (predicted * seen.count as f64 - seen.won as f64).abs()
        };
        let auc = auc(&sorted);
        Self {
            count,
            won,
            auc,
            auc_margin: Z * auc_deviation(auc, won as f64, (count - won) as f64),
            log_loss: share(sum(&surprise)),
            base_log_loss: share(sum(&|_, is_won| surprise(rate, is_won))),
            brier: share(sum(&|probability, is_won| {
                (probability - f64::from(u8::from(is_won))).powi(2)
            })),
            calibration_error: share(calibration.iter().map(gap).sum()),
            calibration,
            captured: captured.collect(),
        }
    }

    /// Returns the share of the won leads among the best leads that are such a share of all, 0 to 1.
    #[must_use]
    pub fn captured_in_best(&self, share: f64) -> f64 {
        let place = share.clamp(0.0, 1.0) * SHARES as f64;
        let (whole, part) = (place.floor(), place.fract());
        let at = |place: f64| match place as usize {
            0 => 0.0,
            place => self.captured.get(place - 1).copied().unwrap_or(1.0),
        };
        at(whole) + (at(whole + 1.0) - at(whole)) * part
    }

    /// Returns whether the order that it gives is surely better than a coin's.
    #[must_use]
    pub fn is_better_than_chance(&self) -> bool {
        self.auc - self.auc_margin > 0.5
    }

    /// Returns whether its probabilities are closer to what came than one rate for all.
    #[must_use]
    pub fn is_better_than_base_rate(&self) -> bool {
        self.log_loss < self.base_log_loss
    }
}

/// The area under the curve of leads sorted by falling probability; equals count half.
fn auc(sorted: &[(f64, bool)]) -> f64 {
    let (mut above, mut area, mut lost) = (0.0, 0.0, 0.0);
    for equal in sorted.chunk_by(|one, other| one.0 == other.0) {
        let won = equal.iter().filter(|(_, is_won)| *is_won).count() as f64;
        let others = equal.len() as f64 - won;
        area += others * (above + won / 2.0);
        above += won;
        lost += others;
    }
    if above > 0.0 && lost > 0.0 { area / (above * lost) } else { 0.5 }
}

fn auc_deviation(auc: f64, won: f64, lost: f64) -> f64 {
    let both_won = auc / (2.0 - auc);
    let both_lost = 2.0 * auc * auc / (1.0 + auc);
    let square = auc * auc;
    let variance =
        auc * (1.0 - auc) + (won - 1.0) * (both_won - square) + (lost - 1.0) * (both_lost - square);
    (variance / (won * lost).max(1.0)).max(0.0).sqrt()
}

fn calibration(judged: &[(f64, bool)]) -> Vec<CalibrationBin> {
    let mut steps = [(0_usize, 0_usize, 0.0); STEPS];
    for (probability, is_won) in judged {
        let step = ((probability * STEPS as f64) as usize).min(STEPS - 1);
        if let Some((count, won, sum)) = steps.get_mut(step) {
            *count += 1;
            *won += usize::from(*is_won);
            *sum += probability;
        }
    }
    let bin = |(count, won, sum): (usize, usize, f64)| CalibrationBin {
        predicted: sum / count as f64,
        seen: Rate { won, count },
    };
    steps.into_iter().filter(|(count, ..)| *count > 0).map(bin).collect()
}

/// Returns the 95 % interval of the rate of at least one lead (Wilson 1927).
fn wilson(won: usize, count: usize) -> (f64, f64) {
    let n = count as f64;
    let rate = won as f64 / n;
    let scale = 1.0 + Z * Z / n;
    let middle = (rate + Z * Z / (2.0 * n)) / scale;
    let margin = Z / scale * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((middle - margin).max(0.0), (middle + margin).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_small_examples_by_hand() {
        let judged = [(0.9, true), (0.8, false), (0.8, true), (0.2, false)];
        let measured = Evaluation::of(&judged);
        // Pairs of won and lost: 0.9 above both, 0.8 as high as one and above the other.
        assert_eq!(measured.auc, 3.5 / 4.0);
        assert!((measured.brier - (0.01 + 0.64 + 0.04 + 0.04) / 4.0).abs() < 1e-12);
        let loss = -(0.9_f64.ln() + 0.2_f64.ln() + 0.8_f64.ln() + 0.8_f64.ln()) / 4.0;
        assert!((measured.log_loss - loss).abs() < 1e-12);
        assert!((measured.base_log_loss - 2.0_f64.ln()).abs() < 1e-12);
        // Steps: 0.9 won; 0.8 one of two; 0.2 none.
        assert!((measured.calibration_error - (0.1 + 0.6 + 0.2) / 4.0).abs() < 1e-12);
        assert!(measured.calibration.iter().all(|bin| bin.seen.interval().is_none()));
        // The best of four holds one of the two won, the best three hold both.
        assert_eq!((measured.captured_in_best(0.25), measured.captured_in_best(0.75)), (0.5, 1.0));
        assert_eq!((measured.captured_in_best(0.0), measured.captured_in_best(2.0)), (0.0, 1.0));
    }

    #[test]
    fn intervals_are_those_of_the_book() {
        let (low, high) = wilson(10, 20);
        assert!((low - 0.299).abs() < 0.001 && (high - 0.701).abs() < 0.001, "{low} {high}");
        assert_eq!(Rate { won: 10, count: 20 }.to_string(), "50 % (30 to 70 %)");
        assert_eq!(format!("{:.1}", Rate { won: 0, count: 50 }), "0.0 % (0.0 to 7.1 %)");
        assert_eq!(Rate { won: 10, count: 19 }.to_string(), "too few");
        assert_eq!(Rate::default().share(), 0.0);
        // Hanley and McNeil: 0.8 from 50 and 50 has a standard error of about 0.045.
        assert!((auc_deviation(0.8, 50.0, 50.0) - 0.045).abs() < 0.001);
    }
}
