//! Scores the rules of `domain`, and the real Worker, on folders of test sets that nobody on the
//! project wrote: `corpora DIR [--misses]`. Each set has a line and each bar a verdict.
//!
//! A folder holds `email/*.json`, `data/*.json`, `phone/phone.json`, `dns/dns.json` and
//! `dedup/*.csv`; what is missing is said and left out.

mod dns;
mod domains;
mod email;
mod people;
mod phone;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use report::Report;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let shows_misses = arguments.iter().any(|argument| argument == "--misses");
    arguments.retain(|argument| argument != "--misses");
    let Some(folder) = arguments.first().map(PathBuf::from).filter(|folder| folder.is_dir()) else {
        eprintln!("name a folder of test sets: cargo xtask corpora DIR [--misses]");
        return ExitCode::FAILURE;
    };
    let mut report = Report::new(shows_misses);
    score(&folder, &mut report);
    report.finish()
}

fn score(folder: &Path, report: &mut Report) {
    email::policy(folder, report);
    email::idna(folder, report);
    email::keys(folder, report);
    domains::typos(folder, report);
    domains::classes(folder, report);
    domains::roles(folder, report);
    phone::numbers(folder, report);
    people::duplicates(folder, report);
    dns::scenarios(folder, report);
}
