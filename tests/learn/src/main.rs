//! `learn --data FILE --outcome COLUMN [--order file|random] [--exclude COLUMNS] [--exclude-protected]
//! [--keep COLUMNS] [--month COLUMN]`:
//! AUC, log-loss, calibration, the card, and what to be careful with.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;
use plumbline_learner::{
    Dataset, DatasetBuilder, Drift, Evaluation, Learned, Month, Options, Order, Protection,
    known_cell, learn, parse_outcome, probability,
};

/// The column of months, where none is named.
const MONTH: &str = "month";
/// The length of a year and its month at the beginning of a date, as in `2026-03-01`.
const MONTH_LENGTH: usize = 7;
/// In a file that is in order of time so many leads and more came in a month, on average.
const MONTH_LEADS_MIN: usize = 10;

const USAGE: &str = "learn --data FILE --outcome COLUMN [--order file|random] [--exclude COLUMN,COLUMN] [--exclude-protected] [--keep COLUMN,COLUMN] [--month COLUMN]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (mut data, mut outcome, mut month, mut without_protected) = (None, None, None, false);
    let mut options = Options {
        order: Order::Time,
        excluded: Vec::new(),
        insisted: Vec::new(),
        written_later: Vec::new(),
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("data") => data = Some(PathBuf::from(parser.value()?)),
            Long("outcome") => outcome = Some(parser.value()?.string()?),
            Long("order") => {
                options.order = match parser.value()?.string()?.as_str() {
                    "file" => Order::Time,
                    "random" => Order::Random,
                    other => {
                        return Err(
                            format!("the order is `file` or `random`, not `{other}`").into()
                        );
                    }
                }
            }
            Long("exclude") => options.excluded.extend(columns(&parser.value()?.string()?)),
            Long("month") => month = Some(parser.value()?.string()?),
            Long("exclude-protected") => without_protected = true,
            Long("keep") => options.insisted.extend(columns(&parser.value()?.string()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    let (Some(data), Some(outcome)) = (data, outcome) else {
        return Err(format!("name a file and the column of outcomes: {USAGE}").into());
    };
    let dataset = read(&data, &outcome, month.as_deref(), &mut options)?;
    let protected = protected(&dataset, &options);
    if without_protected {
        options.excluded.extend(protected.iter().map(|(name, _)| name.clone()));
    }
    let learned = learn(&dataset, &options)?;
    print_protected(&protected, without_protected);
    print(&learned, &options);
    Ok(())
}

/// Returns the fields by which people must not be judged, and those that stand for them.
fn protected(dataset: &Dataset, options: &Options) -> Vec<(String, Protection)> {
    let names = dataset.names().filter(|name| !options.excluded.iter().any(|out| out == name));
    names.filter_map(|name| Some((name.to_owned(), Protection::of(name)?))).collect()
}

fn print_protected(protected: &[(String, Protection)], is_left_out: bool) {
    println!("\nWhat people are protected by");
    if protected.is_empty() {
        println!("  nothing by its name");
    }
    for (name, protection) in protected {
        let what = match protection {
            Protection::Attribute => "protected",
            Protection::Proxy => "stands for what is protected",
        };
        let fate = if is_left_out { "left out" } else { "kept; --exclude-protected leaves it out" };
        println!("  {name}: {what}, {fate}");
    }
}

fn columns(list: &str) -> impl Iterator<Item = String> {
    list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Reads a file whose cells are separated by whatever its header has most of. Leads that are still
/// open are left out. The names in the options become those of the file. Another month begins where
/// the column of months says something else than in the line before.
fn read(
    path: &Path,
    outcome: &str,
    month: Option<&str>,
    options: &mut Options,
) -> Result<Dataset, Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| header.iter().filter(|byte| *byte == delimiter).count();
    let delimiter = b";\t,".iter().max_by_key(|delimiter| count(delimiter)).copied();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .from_reader(bytes);
    let names: Vec<String> = reader
        .byte_headers()?
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .collect();
    let find = |wanted: &str| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(wanted))
            .ok_or_else(|| format!("there is no column {wanted}; there are {}", names.join(", ")))
    };
    for list in [&mut options.excluded, &mut options.insisted] {
        for name in list {
            *name = names.get(find(name)?).cloned().unwrap_or_default();
        }
    }
    let place = find(outcome)?;
    let month = match month {
        Some(named) => Some(find(named)?),
        None => find(MONTH).ok(),
    };
    let others = |cell: &(usize, &str)| cell.0 != place;
    let fields = names.iter().enumerate().filter(|(own, _)| *own != place);
    let mut builder = DatasetBuilder::new(fields.map(|(_, name)| name.clone()).collect());
    let mut open = 0;
    let records = reader.byte_records().collect::<Result<Vec<_>, _>>()?;
    let month = month.filter(|place| is_in_order(&records, *place));
    for record in &records {
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let Some(is_won) = cells.get(place).and_then(|cell| parse_outcome(cell)) else {
            open += 1;
            continue;
        };
        if let Some(cell) = month.and_then(|month| cells.get(month)) {
            builder.set_month(month_of(cell));
        }
        let cells = cells.iter().map(AsRef::as_ref).enumerate().filter(others);
        builder.push(is_won, cells.map(|(_, cell)| known_cell(cell)));
    }
    let dataset = builder.finish();
    println!("{} closed leads, {open} without an outcome left out", dataset.count());
    Ok(dataset)
}

/// Returns the year and month of a date that begins with them, and anything else as it stands.
fn month_of(cell: &str) -> &str {
    match cell.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, ..]
            if [y1, y2, y3, y4, m1, m2].into_iter().all(u8::is_ascii_digit) =>
        {
            cell.get(..MONTH_LENGTH).unwrap_or(cell)
        }
        _ => cell,
    }
}

/// Returns whether the lines of a month stand together, as they do in a file in order of time.
fn is_in_order(records: &[csv::ByteRecord], place: usize) -> bool {
    let months = records
        .iter()
        .map(|record| String::from_utf8_lossy(record.get(place).unwrap_or_default()).into_owned());
    let mut last = String::new();
    let changes = months.filter(|month| {
        let is_new = month_of(month) != month_of(&last);
        last.clone_from(month);
        is_new
    });
    let is_in_order = changes.count() * MONTH_LEADS_MIN <= records.len();
    if !is_in_order {
        println!("the months of the file do not stand together: no calibration by month");
    }
    is_in_order
}

fn print(learned: &Learned, options: &Options) {
    println!("\nFields to be careful with");
    if learned.suspicions.is_empty() {
        println!("  none found");
    }
    for suspicion in &learned.suspicions {
        println!("  {suspicion}");
    }
    match options.order {
        Order::Time => println!("\nThe newest 30 %, judged by a card of the others"),
        Order::Random => println!(
            "\nEach fifth, judged by a card of the others (in any order, which hides drift)"
        ),
    }
    print_evaluation(&learned.evaluation);
    println!("  predicted   seen   leads   95 % interval");
    for bin in &learned.evaluation.calibration {
        let interval = bin.interval.map_or_else(
            || "too few".to_owned(),
            |(low, high)| format!("{:.1} to {:.1} %", low * 100.0, high * 100.0),
        );
        println!(
            "  {:>7.1} % {:>4.1} % {:>7}   {interval}",
            bin.predicted * 100.0,
            bin.won as f64 / bin.count as f64 * 100.0,
            bin.count
        );
    }
    if let Some(drift) = &learned.drift {
        print_drift(drift);
    }
    if learned.is_of_newest() {
        println!("  so the card below is learned from the newest tenth");
    }
    println!("\nThe card, from leads {} to {}", learned.window.start + 1, learned.window.end);
    println!("  10 points double the odds, 0 is one in two");
    println!(
        "  {:>5}  start ({:.1} %)",
        learned.card.start,
        probability(learned.card.start) * 100.0
    );
    for field in &learned.card.fields {
        for bin in field.bins.iter().filter(|bin| bin.points != 0) {
            println!(
                "  {:>+5}  {}: {} ({} of {} won)",
                bin.points, field.name, bin.bin, bin.won, bin.count
            );
        }
    }
}

fn print_evaluation(evaluation: &Evaluation) {
    println!(
        "  {} leads, {} won: AUC {:.3} ± {:.3}, log-loss {:.3} (one rate for all {:.3}), Brier {:.3}, ECE {:.3}",
        evaluation.count,
        evaluation.won,
        evaluation.auc,
        evaluation.auc_margin,
        evaluation.log_loss,
        evaluation.base_log_loss,
        evaluation.brier,
        evaluation.calibration_error
    );
    let captured = |share| evaluation.captured_in_best(share) * 100.0;
    println!(
        "  of the won the best tenth holds {:.1} %, the best fifth {:.1} %, the best third {:.1} %",
        captured(0.1),
        captured(0.2),
        captured(1.0 / 3.0)
    );
    if !evaluation.is_better_than_chance() {
        println!("  no better than chance: do not go by this card");
    } else if !evaluation.is_better_than_base_rate() {
        println!("  its order helps; its probabilities are worse than one rate for all");
    }
}

fn print_drift(drift: &Drift) {
    println!("\nDrift");
    println!(
        "  the newest 30 %: {:.1} % won, {:.1} % expected",
        drift.observed * 100.0,
        drift.expected * 100.0
    );
    print_months(&drift.months);
    for shift in &drift.shifts {
        println!("  the shares of {} have shifted (PSI {:.2})", shift.field, shift.index);
    }
    if !drift.is_alarm {
        println!("  no alarm");
        return;
    }
    println!("  DRIFT: what was learned from older leads misleads");
    let Some((old, new)) = &drift.comparison else {
        println!("  too few outcomes among the newest to learn from them alone");
        return;
    };
    println!("  the newest fifth, judged by the older 70 %");
    print_evaluation(old);
    println!("  the newest fifth, judged by the tenth before it alone");
    print_evaluation(new);
}

fn print_months(months: &[Month]) {
    if months.is_empty() {
        println!("  no months: --month names the column that they stand in");
        return;
    }
    println!("  month      expected     won   leads   95 % interval");
    for month in months {
        let rate = month.won as f64 / month.count.max(1) as f64 * 100.0;
        let interval = month.interval.map_or_else(
            || "too few".to_owned(),
            |(low, high)| format!("{:.1} to {:.1} %", low * 100.0, high * 100.0),
        );
        let word = if month.is_off { "   OFF" } else { "" };
        println!(
            "  {:<10} {:>6.1} % {rate:>5.1} % {:>7}   {interval}{word}",
            month.name,
            month.expected * 100.0,
            month.count
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_dates_or_names_and_stand_together() {
        assert_eq!(month_of("2026-03-14T10:00:00Z"), "2026-03");
        assert_eq!((month_of("may"), month_of("14/03/2026")), ("may", "14/03/2026"));
        let records = |months: &[&str], each: usize| -> Vec<csv::ByteRecord> {
            let lines = months.iter().flat_map(|month| std::iter::repeat_n(*month, each));
            lines.map(|month| csv::ByteRecord::from(vec!["x", month])).collect()
        };
        assert!(is_in_order(&records(&["2026-03-01", "2026-03-02", "2026-04-01"], 10), 1));
        assert!(!is_in_order(&records(&["may", "jun", "may", "jun"], 3), 1));
    }
}
