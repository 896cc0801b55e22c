//! `learn --data FILE --outcome COLUMN [--order file|random] [--exclude COLUMNS] [--exclude-protected]
//! [--keep COLUMNS] [--month COLUMN] [--window advised|all]`:
//! AUC, log-loss, calibration, the card, and what to be careful with.

mod file;
mod report;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use plumbline_learner::{Dataset, Options, Order, Protection, Window, learn};

const USAGE: &str = "learn --data FILE --outcome COLUMN [--order file|random] [--exclude COLUMN,COLUMN] [--exclude-protected] [--keep COLUMN,COLUMN] [--month COLUMN] [--window advised|all]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads only the first lines has closed the pipe.
        Err(error) if is_closed(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run() -> Result<(), Box<dyn Error>> {
    let (mut data, mut outcome, mut month, mut without_protected) = (None, None, None, false);
    let mut options = Options {
        order: Order::Time,
        window: Window::Advised,
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
            Long("window") => {
                options.window = match parser.value()?.string()?.as_str() {
                    "advised" => Window::Advised,
                    "all" => Window::All,
                    other => {
                        return Err(
                            format!("the window is `advised` or `all`, not `{other}`").into()
                        );
                    }
                }
            }
            Long("exclude") => options.excluded.extend(file::columns(&parser.value()?.string()?)),
            Long("month") => month = Some(parser.value()?.string()?),
            Long("exclude-protected") => without_protected = true,
            Long("keep") => options.insisted.extend(file::columns(&parser.value()?.string()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    let (Some(data), Some(outcome)) = (data, outcome) else {
        return Err(format!("name a file and the column of outcomes: {USAGE}").into());
    };
    let bytes =
        fs::read(&data).map_err(|error| format!("cannot read {}: {error}", data.display()))?;
    let read = file::read(&bytes, &outcome, month.as_deref(), &mut options)?;
    let dataset = read.dataset;
    let out = &mut io::stdout().lock();
    writeln!(out, "{} closed leads, {} without an outcome left out", dataset.count(), read.open)?;
    if !read.are_months_together {
        writeln!(out, "the months of the file do not stand together: no calibration by month")?;
    }
    if let Some(name) = dataset.falling().filter(|_| options.order == Order::Time) {
        writeln!(
            out,
            "{name} falls from line to line: the newest leads seem to stand first, and count as the oldest here; turn the file around, or take --order random"
        )?;
    }
    let protected = protected(&dataset, &options);
    if without_protected {
        leave_out(&protected, &mut options);
    }
    let learned = learn(&dataset, &options)?;
    report::protected(out, &protected, without_protected)?;
    report::learned(out, &learned, &options)?;
    Ok(())
}

fn leave_out(protected: &[(String, Protection)], options: &mut Options) {
    options.excluded.extend(protected.iter().map(|(name, _)| name.clone()));
}

/// Returns the fields by which people must not be judged, and those that stand for them.
fn protected(dataset: &Dataset, options: &Options) -> Vec<(String, Protection)> {
    let names = dataset.names().filter(|name| !options.excluded.iter().any(|out| out == name));
    names.filter_map(|name| Some((name.to_owned(), Protection::of(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_are_protected_by_is_left_out_on_request() {
        let mut file = "age,country,size,won\n".to_owned();
        for number in 0..400_u32 {
            let (age, is_won) = (20 + number % 50, number % 7 < 3);
            let country = ["DE", "SE"][usize::from(is_won)];
            let size = ["1-10", "11-50"][usize::from(is_won == (number % 5 > 0))];
            file += &format!("{age},{country},{size},{}\n", u8::from(is_won));
        }
        let mut options = Options {
            order: Order::Random,
            window: Window::All,
            excluded: Vec::new(),
            insisted: vec!["country".to_owned()],
            written_later: Vec::new(),
        };
        let read = file::read(file.as_bytes(), "won", None, &mut options).unwrap();
        let on_card = |options: &Options| -> Vec<String> {
            let learned = learn(&read.dataset, options).unwrap();
            learned.card.fields.iter().map(|field| field.name.clone()).collect()
        };
        assert!(on_card(&options).contains(&"country".to_owned()));
        let protected = protected(&read.dataset, &options);
        let names: Vec<_> = protected.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["age", "country"]);
        leave_out(&protected, &mut options);
        assert_eq!(on_card(&options), ["size"]);
    }
}
