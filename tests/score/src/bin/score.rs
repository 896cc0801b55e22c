//! `score --model FILE --leads FILE [--rounds N]`: checksum, mean and speed.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

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
    let (mut model, mut leads, mut rounds) = (None, None, 31_usize);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("model") => model = Some(PathBuf::from(parser.value()?)),
            Long("leads") => leads = Some(PathBuf::from(parser.value()?)),
            Long("rounds") => rounds = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let (Some(model), Some(leads)) = (model, leads) else {
        return Err("name both: score --model FILE --leads FILE [--rounds N]".into());
    };
    let (model, leads) = (read(&model)?, read(&leads)?);
    let start = Instant::now();
    let mut job = Job::new(&model)?;
    job.add(&leads)?;
    job.finish()?;
    let read = start.elapsed().as_secs_f64();
    let mut took: Vec<f64> = (0..rounds.max(1))
        .map(|_| {
            let start = Instant::now();
            job.run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let median = took.get(took.len() / 2).copied().unwrap_or(1.0);
    let millions = |seconds: f64| job.count() as f64 / seconds / 1e6;
    println!(
        "{} leads: checksum {}, mean {:.5}; read {:.2} M leads/s, scored {:.0} M leads/s (median of {})",
        job.count(),
        job.checksum(),
        job.mean(),
        millions(read),
        millions(median),
        took.len()
    );
    let lines: Vec<&str> = leads.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut took: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            for line in &lines {
                let _ = std::hint::black_box(job.score_one(line));
            }
            start.elapsed().as_secs_f64() / lines.len().max(1) as f64
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let median = took.get(2).copied().unwrap_or_default();
    println!("one lead from JSON to score: {:.2} us (median of 5 passes)", median * 1e6);
    Ok(())
}
