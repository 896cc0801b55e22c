//! A file of closed leads from anywhere.

use std::collections::HashMap;

use plumbline_learner::{Dataset, DatasetBuilder, Options, known_cell, parse_outcome};

/// The column of months, where none is named.
const MONTH: &str = "month";
/// The length of a year and its month at the beginning of a date, as in `2026-03-01`.
const MONTH_LENGTH: usize = 7;
/// In a file that is in order of time so many leads and more came in a month, on average.
const MONTH_LEADS_MIN: usize = 10;
/// How many values of a column are named that says nothing of outcomes.
const NAMED_MAX: usize = 3;

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// The closed leads.
    pub dataset: Dataset,
    /// How many leads have no outcome yet.
    pub open: usize,
    /// Whether the lines of each month stand together; only then anything is said of months.
    pub are_months_together: bool,
}

/// Returns the names of a list with commas; one that has a comma in it stands in quotes.
pub fn columns(list: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(list.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    let names = records.flat_map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>());
    names.filter(|name| !name.is_empty()).collect()
}

/// Reads a file whose cells are separated by whatever its header has most of. Leads that are still
/// open are left out. The names in the options become those of the file. Another month begins where
/// the column of months says something else than in the line before.
///
/// # Errors
/// What is wrong with the file, or with what was asked of it, in words.
pub fn read(
    bytes: &[u8],
    outcome: &str,
    month: Option<&str>,
    options: &mut Options,
) -> Result<Read, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| header.iter().filter(|byte| *byte == delimiter).count();
    let delimiter = b";\t,".iter().max_by_key(|delimiter| count(delimiter)).copied();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .from_reader(bytes);
    let named = reader.byte_headers().map_err(|error| error.to_string())?;
    let names: Vec<String> =
        named.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
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
    let records = reader.byte_records().collect::<Result<Vec<_>, _>>();
    let records = records.map_err(|error| error.to_string())?;
    let are_months_together = month.is_none_or(|place| stand_together(&records, place));
    let month = month.filter(|_| are_months_together);
    let others = |cell: &(usize, &str)| cell.0 != place;
    let fields = names.iter().enumerate().filter(|(own, _)| *own != place);
    let mut builder = DatasetBuilder::new(fields.map(|(_, name)| name.clone()).collect());
    let mut unread: HashMap<String, usize> = HashMap::new();
    for record in &records {
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let told = cells.get(place).map(AsRef::as_ref).unwrap_or_default();
        let Some(is_won) = parse_outcome(told) else {
            *unread.entry(told.trim().to_owned()).or_default() += 1;
            continue;
        };
        if let Some(cell) = month.and_then(|month| cells.get(month)) {
            builder.set_month(month_of(cell));
        }
        let cells = cells.iter().map(AsRef::as_ref).enumerate().filter(others);
        builder.push(is_won, cells.map(|(_, cell)| known_cell(cell)));
    }
    let dataset = builder.finish();
    if dataset.count() == 0 && !unread.is_empty() {
        return Err(format!(
            "{outcome} does not say who was won, as yes and no, 1 and 0 or won and lost do: it says {}",
            commonest(unread).join(", ")
        ));
    }
    Ok(Read { dataset, open: unread.values().sum(), are_months_together })
}

fn commonest(values: HashMap<String, usize>) -> Vec<String> {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_unstable_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    values.truncate(NAMED_MAX);
    let quoted = |(value, count): (String, usize)| format!("“{value}” ({count} times)");
    values.into_iter().map(quoted).collect()
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
fn stand_together(records: &[csv::ByteRecord], place: usize) -> bool {
    let months = records
        .iter()
        .map(|record| String::from_utf8_lossy(record.get(place).unwrap_or_default()).into_owned());
    let mut last = String::new();
    let changes = months.filter(|month| {
        let is_new = month_of(month) != month_of(&last);
        last.clone_from(month);
        is_new
    });
    changes.count() * MONTH_LEADS_MIN <= records.len()
}

#[cfg(test)]
mod tests {
    use plumbline_learner::{Order, Window};

    use super::*;

    fn options(excluded: &str) -> Options {
        Options {
            order: Order::Time,
            window: Window::Advised,
            excluded: columns(excluded),
            insisted: Vec::new(),
            written_later: Vec::new(),
        }
    }

    #[test]
    fn files_are_read_as_other_programs_write_them() {
        let file = "\u{feff}\"Lead Number\";\"Size; staff\";Converted;Month\r\n1;\"a;b\";1;2026-03-01\r\n2;Select;0.0;2026-03-02\r\n3;x;;2026-04-01\r\n";
        let mut options = options(" lead number ,\"SIZE; STAFF\"");
        let read = read(file.as_bytes(), "converted", None, &mut options).unwrap();
        assert_eq!(
            read.dataset.names().collect::<Vec<_>>(),
            ["Lead Number", "Size; staff", "Month"]
        );
        assert_eq!((read.dataset.count(), read.open), (2, 1));
        assert_eq!(options.excluded, ["Lead Number", "Size; staff"], "as the file writes them");
        assert!(!read.are_months_together, "two of three lines begin a month");
        assert_eq!(columns("a,\"b, c\",, d"), ["a", "b, c", "d"]);
    }

    /// Calls of a bank in the order of time (UCI, bank-full): what is known of them is the bar.
    #[test]
    fn what_a_bank_learned_does_not_hold_for_ever() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/corpora/outcomes/uci-bank-full.csv"
        );
        let Ok(bytes) = std::fs::read(path) else {
            println!("no file of outcomes beside the project");
            return;
        };
        let mut options = options("");
        let read = read(&bytes, "y", None, &mut options).unwrap();
        let learned = plumbline_learner::learn(&read.dataset, &options).unwrap();
        let left_out = learned.suspicions.iter().filter(|doubt| doubt.is_left_out);
        assert_eq!(left_out.map(|doubt| doubt.field.as_str()).collect::<Vec<_>>(), ["duration"]);
        let auc = learned.evaluation.auc;
        assert!((0.64..0.70).contains(&auc), "{auc}: not the 0.77 of shuffled leads");
        let drift = learned.drift.as_ref().unwrap();
        let (_, newest) = drift.comparison.as_ref().unwrap();
        assert!(drift.is_alarm && drift.is_off && learned.is_of_newest());
        assert!(newest.auc >= 0.73 && newest.calibration_error <= 0.08, "{newest:?}");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let refused = |file: &str, outcome: &str, excluded: &str| {
            read(file.as_bytes(), outcome, None, &mut options(excluded)).unwrap_err()
        };
        let file = "a,result\n1,maybe\n2,maybe\n3,later\n";
        assert_eq!(refused(file, "won", ""), "there is no column won; there are a, result");
        assert_eq!(refused(file, "result", "b"), "there is no column b; there are a, result");
        let said = refused(file, "result", "");
        assert!(said.ends_with("it says “maybe” (2 times), “later” (1 times)"), "{said}");
    }

    #[test]
    fn months_are_those_of_dates_or_names_and_stand_together() {
        assert_eq!(month_of("2026-03-14T10:00:00Z"), "2026-03");
        assert_eq!((month_of("may"), month_of("14/03/2026")), ("may", "14/03/2026"));
        let records = |months: &[&str], each: usize| -> Vec<csv::ByteRecord> {
            let lines = months.iter().flat_map(|month| std::iter::repeat_n(*month, each));
            lines.map(|month| csv::ByteRecord::from(vec!["x", month])).collect()
        };
        assert!(stand_together(&records(&["2026-03-01", "2026-03-02", "2026-04-01"], 10), 1));
        assert!(!stand_together(&records(&["may", "jun", "may", "jun"], 3), 1));
    }
}
