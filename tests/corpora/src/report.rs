//! One line for each set, and whether it meets its bar.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde::de::DeserializeOwned;

/// What came of one set.
#[derive(Debug, Default)]
pub struct Score {
    /// Rows that were judged.
    pub rows: usize,
    /// Rows judged as the set says.
    pub right: usize,
    /// Rows taken for good that are not.
    pub false_accepts: usize,
    /// Rows refused that are good.
    pub false_rejects: usize,
    /// Rows judged rightly, for another reason than the set's.
    pub wrong_reasons: usize,
    /// The time that judging took.
    pub took: Duration,
    /// Rows judged wrongly, in words.
    pub misses: Vec<String>,
}

impl Score {
    /// Counts one row whose `expected` and `got` say whether it is good.
    pub fn judge(&mut self, expected: bool, got: bool, row: impl FnOnce() -> String) {
        self.rows += 1;
        match (expected, got) {
            (false, true) => self.false_accepts += 1,
            (true, false) => self.false_rejects += 1,
            _ => self.right += 1,
        }
        if expected != got {
            self.misses.push(row());
        }
    }

    /// Notes a right judgement with a reason that is not the set's.
    pub fn wrong_reason(&mut self, row: String) {
        self.wrong_reasons += 1;
        self.misses.push(format!("reason: {row}"));
    }

    /// Notes a row that was judged wrongly.
    pub fn note(&mut self, row: String) {
        self.misses.push(row);
    }

    /// Returns the share of right rows, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.right as f64 / self.rows as f64 }
    }
}

/// Collects the lines.
pub struct Report {
    shows_misses: bool,
    below: usize,
}

impl Report {
    /// Starts with the heading.
    pub fn new(shows_misses: bool) -> Self {
        println!(
            "{:<26} {:>13} {:>9} {:>14} {:>14} {:>13} {:>12}  bar",
            "set", "right", "", "false accepts", "false rejects", "wrong reasons", "a second"
        );
        Self { shows_misses, below: 0 }
    }

    /// Prints the line of one set; `met` says whether it meets `bar`.
    pub fn line(&mut self, name: &str, score: &Score, bar: &str, met: bool) {
        let speed = score.rows as f64 / score.took.as_secs_f64().max(1e-9);
        println!(
            "{name:<26} {:>13} {:>8.2} % {:>14} {:>14} {:>13} {:>12}  {bar}: {}",
            format!("{}/{}", score.right, score.rows),
            score.share() * 100.0,
            score.false_accepts,
            score.false_rejects,
            score.wrong_reasons,
            if score.took.is_zero() { "-".to_owned() } else { format!("{speed:.0}") },
            if met { "met" } else { "NOT MET" },
        );
        self.below += usize::from(!met);
        if self.shows_misses {
            for miss in &score.misses {
                println!("    {miss}");
            }
        }
    }

    /// Says what was left out.
    pub fn absent(&self, path: &Path) {
        println!("{} is not there; left out", path.display());
    }

    /// Ends with the number of bars that were not met.
    pub fn finish(self) -> ExitCode {
        println!("{} bars not met", self.below);
        if self.below == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Reads a set of rows, `None` when the file is not there.
///
/// # Panics
/// When it is there and cannot be read: a set that is skipped in silence would look like a pass.
pub fn rows<T: DeserializeOwned>(path: &Path, report: &Report) -> Option<Vec<T>> {
    let Ok(text) = std::fs::read_to_string(path) else {
        report.absent(path);
        return None;
    };
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
