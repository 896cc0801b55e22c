//! `score --model FILE --leads FILE [--seconds N]`: checksum, mean and speed, over so long (a second, if nothing is
//! said): what else a machine does comes and goes in less.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lexopt::prelude::*;
use plumbline_score::Job;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn run() -> Result<(), Box<dyn Error>> {
    let (mut model, mut leads, mut seconds) = (None, None, 1_u64);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("model") => model = Some(PathBuf::from(parser.value()?)),
            Long("leads") => leads = Some(PathBuf::from(parser.value()?)),
            Long("seconds") => seconds = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let (Some(model), Some(leads)) = (model, leads) else {
        return Err("name both: score --model FILE --leads FILE [--seconds N]".into());
    };
    let (model, leads) = (read(&model)?, read(&leads)?);
    let start = Instant::now();
    let mut job = Job::new(&model)?;
    job.add(&leads)?;
    job.finish()?;
    let read = start.elapsed().as_secs_f64();
    let whole = Duration::from_secs(seconds);
    let (runs, pass) = median(whole, || job.run());
    let millions = |seconds: f64| job.count() as f64 / seconds / 1e6;
    println!(
        "{} leads: checksum {}, mean {:.5}; read {:.2} M leads/s, scored {:.0} M leads/s (median of {})",
        job.count(),
        job.checksum(),
        job.mean(),
        millions(read),
        millions(pass),
        runs
    );
    let lines: Vec<&str> = leads.lines().filter(|line| !line.trim().is_empty()).collect();
    let (passes, pass) = median(whole, || {
        for line in &lines {
            let _ = std::hint::black_box(job.score_one(line));
        }
    });
    let one = pass / lines.len().max(1) as f64;
    println!("one lead from JSON to score: {:.2} us (median of {passes} passes)", one * 1e6);
    Ok(())
}

/// Does something again and again, three times at least, and returns how often and the median of the seconds it took.
fn median(whole: Duration, mut work: impl FnMut()) -> (usize, f64) {
    let begun = Instant::now();
    let mut took = Vec::new();
    while took.len() < 3 || begun.elapsed() < whole {
        let start = Instant::now();
        work();
        took.push(start.elapsed().as_secs_f64());
    }
    took.sort_by(f64::total_cmp);
    (took.len(), took.get(took.len() / 2).copied().unwrap_or(1.0))
}
