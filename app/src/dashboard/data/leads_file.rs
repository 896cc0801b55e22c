//! Leads as a file that people and other tools read.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_api::backup::BackupTable;
use plumbline_domain::csv;
use plumbline_domain::time::Timestamp;
use serde_json::{Value, json};

/// What the row of a lead says before its answers, in the order of the columns.
const COLUMNS: [&str; 8] =
    ["id", "captured_at", "stage", "cell", "fit", "engagement", "source", "verdict"];
/// The answers that come first.
const FIRST_ANSWERS: [&str; 4] = ["name", "email", "phone", "company"];

#[derive(Clone, Debug)]
struct Line {
    row: BTreeMap<&'static str, Value>,
    answers: BTreeMap<String, String>,
    note: String,
}

/// Leads in the order of their capture.
#[derive(Clone, Debug, Default)]
pub struct LeadsFile {
    lines: Vec<Line>,
}

impl LeadsFile {
    /// Takes in rows of the table of leads; one that cannot be read is left out.
    pub fn add(&mut self, rows: &[String]) {
        self.lines.extend(rows.iter().filter_map(|row| line(row)));
    }

    /// Returns how many leads there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Returns one JSON object a line.
    pub fn jsonl(&self) -> String {
        let text = |line: &Line| {
            let mut object = line.row.clone();
            object.insert("answers", json!(line.answers));
            if !line.note.is_empty() {
                object.insert("note", json!(line.note));
            }
            format!("{}\n", json!(object))
        };
        self.lines.iter().map(text).collect()
    }

    /// Returns CSV with a column for every answer that any lead has.
    pub fn csv(&self) -> String {
        let names: BTreeSet<&str> =
            self.lines.iter().flat_map(|line| line.answers.keys().map(String::as_str)).collect();
        let others = names.into_iter().filter(|name| !FIRST_ANSWERS.contains(name));
        let answers: Vec<&str> = FIRST_ANSWERS.into_iter().chain(others).collect();
        let headings = COLUMNS.iter().chain(&answers).chain(&["note"]);
        let mut text = csv::line(headings.copied());
        for line in &self.lines {
            let row = COLUMNS.iter().map(|name| match line.row.get(name) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            });
            let answer = |name: &&str| line.answers.get(*name).cloned().unwrap_or_default();
            let cells: Vec<String> =
                row.chain(answers.iter().map(answer)).chain([line.note.clone()]).collect();
            text.push_str(&csv::line(cells.iter().map(String::as_str)));
        }
        text
    }
}

fn line(row: &str) -> Option<Line> {
    let cells: Vec<Value> = serde_json::from_str(row).ok()?;
    let cell = |name: &str| {
        let place = BackupTable::Leads.columns().iter().position(|known| *known == name)?;
        cells.get(place).cloned()
    };
    let details: Value = serde_json::from_str(cell("details")?.as_str()?).ok()?;
    let mut row: BTreeMap<_, _> =
        COLUMNS.into_iter().map(|name| (name, cell(name).unwrap_or_default())).collect();
    let captured_at = Timestamp::from_ms(cell("captured_at")?.as_i64()?);
    row.insert("captured_at", json!(captured_at.to_string()));
    Some(Line {
        row,
        answers: serde_json::from_value(details.get("answers")?.clone()).ok()?,
        note: details.get("note").and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::import::read_again;

    #[test]
    fn a_file_reads_back_as_what_it_said() {
        let details = json!({ "answers": { "email": "ada@acme.co", "name": "Ada", "motto": "=1+1" }, "note": "Called,\nwants \"more\"" });
        let mut cells: Vec<Value> =
            BackupTable::Leads.columns().iter().map(|_| json!("x")).collect();
        let mut set = |name: &str, value: Value| {
            let place =
                BackupTable::Leads.columns().iter().position(|known| *known == name).unwrap();
            cells[place] = value;
        };
        set("captured_at", json!(1_700_000_000_000_i64));
        set("stage", json!("customer"));
        set("details", json!(details.to_string()));
        let mut file = LeadsFile::default();
        file.add(&[json!(cells).to_string()]);
        for text in [file.csv(), file.jsonl()] {
            let line = read_again(&text);
            assert_eq!(line.answers["email"], "ada@acme.co", "{text}");
            assert_eq!(
                (line.answers["name"].as_str(), line.answers["motto"].as_str()),
                ("Ada", "=1+1")
            );
            assert_eq!(line.note, "Called,\nwants \"more\"");
            assert_eq!(line.stage, Some(plumbline_domain::lead::Stage::Customer));
            assert_eq!(line.captured_at, Some(Timestamp::from_ms(1_700_000_000_000)));
            assert_eq!(line.answers.len(), 3, "{:?}", line.answers);
        }
        assert!(file.csv().contains("'=1+1"));
    }
}
