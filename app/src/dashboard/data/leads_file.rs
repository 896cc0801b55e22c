//! Leads as a file that people and other tools read.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_api::backup::BackupTable;
use plumbline_domain::attribution::Source;
use plumbline_domain::csv;
use plumbline_domain::email::Verdict;
use plumbline_domain::form::{CONSENT_GIVEN, FieldKind, Form, country_name};
use plumbline_domain::import::{ORIGIN_NAMES, SuppressionReason};
use plumbline_domain::lead::{Rejection, Stage, mailboxes};
use plumbline_domain::time::Timestamp;
use serde_json::{Value, json};

use super::super::wording;

/// The tables that a file of leads is made from, in the order that they are read.
pub const TABLES: [BackupTable; 2] = [BackupTable::Forms, BackupTable::Leads];

/// What the row of a lead says before its answers, in the order of the columns.
const COLUMNS: [&str; 8] =
    ["id", "captured_at", "stage", "cell", "fit", "engagement", "source", "verdict"];
/// The answers that come first.
const FIRST_ANSWERS: [&str; 4] = ["name", "email", "phone", "company"];
/// What stands last.
const LAST: [&str; 5] = ["rejected_for", "rejected_on", "consent_text", "suppressed", "note"];

/// What stands behind the answers; the source is among [`COLUMNS`].
fn behind_answers() -> impl Iterator<Item = &'static str> {
    ORIGIN_NAMES.into_iter().filter(|name| *name != "source").chain(LAST)
}

/// In what words a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// As programs read it: `paid_search`.
    Codes,
    /// As people read it: `Paid search`.
    Labels,
}

#[derive(Clone, Debug)]
struct Line {
    row: BTreeMap<&'static str, Value>,
    answers: BTreeMap<String, String>,
    last: BTreeMap<&'static str, String>,
    form_id: String,
    mailboxes: Vec<String>,
}

/// Leads in the order of their capture.
#[derive(Clone, Debug, Default)]
pub struct LeadsFile {
    lines: Vec<Line>,
    forms: BTreeMap<String, Form>,
}

impl LeadsFile {
    /// Takes in rows of one of [`TABLES`]; one that cannot be read is left out.
    pub fn add(&mut self, table: BackupTable, rows: &[String], wanted: impl Fn(&str) -> bool) {
        for row in rows {
            let Ok(cells) = serde_json::from_str::<Vec<Value>>(row) else { continue };
            let cell = |name: &str| {
                let place = table.columns().iter().position(|known| *known == name)?;
                cells.get(place)
            };
            let text = |name: &str| cell(name).and_then(Value::as_str).unwrap_or_default();
            match table {
                BackupTable::Forms => {
                    if let Ok(form) = serde_json::from_str::<Form>(text("definition")) {
                        self.forms.insert(form.id.to_string(), form.with_countries());
                    }
                }
                _ if wanted(text("id")) => self.lines.extend(self.line(&cell)),
                _ => {}
            }
        }
    }

    /// Returns the mailboxes of all leads.
    pub fn mailboxes(&self) -> Vec<String> {
        self.lines.iter().flat_map(|line| line.mailboxes.clone()).collect()
    }

    /// Notes whom no mail may reach.
    pub fn suppress(&mut self, suppressed: &BTreeMap<String, SuppressionReason>) {
        for line in &mut self.lines {
            let mut reasons = line.mailboxes.iter().filter_map(|mailbox| suppressed.get(mailbox));
            if let Some(reason) = reasons.next() {
                line.last.insert("suppressed", reason.as_str().to_owned());
            }
        }
    }

    /// Returns how many leads there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    fn line<'a>(&self, cell: &impl Fn(&str) -> Option<&'a Value>) -> Option<Line> {
        let details: Value = serde_json::from_str(cell("details")?.as_str()?).ok()?;
        let text = |name: &str| cell(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut row: BTreeMap<_, _> = COLUMNS
            .into_iter()
            .map(|name| (name, cell(name).cloned().unwrap_or_default()))
            .collect();
        let captured_at = Timestamp::from_ms(cell("captured_at")?.as_i64()?);
        row.insert("captured_at", json!(moment(captured_at)));
        let answers: BTreeMap<String, String> =
            serde_json::from_value(details.get("answers")?.clone()).ok()?;
        let (form_id, mut last) = (text("form_id"), BTreeMap::new());
        let attribution = details.get("attribution").cloned().unwrap_or_default();
        for name in behind_answers() {
            let said = attribution.get(name).and_then(Value::as_str).unwrap_or_default();
            last.insert(name, said.to_owned());
        }
        let note = details.get("note").and_then(Value::as_str).unwrap_or_default();
        last.insert("note", note.to_owned());
        let rejection = details.get("rejection").cloned().unwrap_or_default();
        if let Ok(rejection) = serde_json::from_value::<Rejection>(rejection) {
            last.insert("rejected_for", rejection.reason.as_str().to_owned());
            last.insert("rejected_on", moment(rejection.at));
        }
        // The text as the form has it; a file or a program told of consent without any.
        let consent = self
            .forms
            .get(&form_id)
            .and_then(|form| form.fields.iter().find(|field| field.kind == FieldKind::Consent));
        if let Some(field) = consent
            && answers.get(&field.name).is_some_and(|said| said == CONSENT_GIVEN)
        {
            last.insert("consent_text", field.label.clone());
        }
        let key = details.get("mailbox_key").and_then(Value::as_str).unwrap_or_default();
        let mailboxes = mailboxes(key, &answers);
        Some(Line { row, answers, last, form_id, mailboxes })
    }

    /// Returns one JSON object a line, in codes.
    pub fn jsonl(&self) -> String {
        let text = |line: &Line| {
            let mut object = line.row.clone();
            object.insert("answers", json!(line.answers));
            let last = line.last.iter().filter(|(_, text)| !text.is_empty());
            object.extend(last.map(|(name, text)| (*name, json!(text))));
            format!("{}\n", json!(object))
        };
        self.lines.iter().map(text).collect()
    }

    /// Returns CSV with a column for every answer that any lead has. It begins with the mark by which Excel
    /// knows UTF-8.
    pub fn csv(&self, words: Words) -> String {
        let names: BTreeSet<&str> =
            self.lines.iter().flat_map(|line| line.answers.keys().map(String::as_str)).collect();
        let others = names.into_iter().filter(|name| !FIRST_ANSWERS.contains(name));
        let answers: Vec<&str> = FIRST_ANSWERS.into_iter().chain(others).collect();
        let behind: Vec<&str> = behind_answers().collect();
        let names: Vec<&str> = COLUMNS.into_iter().chain(answers.clone()).chain(behind).collect();
        let mut text = String::from('\u{feff}');
        text.push_str(&csv::line(names.iter().copied()));
        for line in &self.lines {
            let row = COLUMNS.iter().map(|name| match line.row.get(name) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            });
            let answer = |name: &&str| line.answers.get(*name).cloned().unwrap_or_default();
            let last =
                behind_answers().map(|name| line.last.get(name).cloned().unwrap_or_default());
            let cells = row.chain(answers.iter().map(answer)).chain(last);
            let cells: Vec<String> = match words {
                Words::Codes => cells.collect(),
                Words::Labels => names
                    .iter()
                    .zip(cells)
                    .map(|(name, cell)| self.label(line, name, cell))
                    .collect(),
            };
            text.push_str(&csv::line(cells.iter().map(String::as_str)));
        }
        text
    }

    /// Returns what people read in place of a code.
    fn label(&self, line: &Line, name: &str, code: String) -> String {
        let found = match name {
            "stage" => Stage::parse(&code).map(|stage| wording::stage(stage).to_owned()),
            "source" => Source::parse(&code).map(|source| wording::source(source).to_owned()),
            "verdict" => {
                Verdict::parse(&code).map(|verdict| wording::verdict(verdict).0.to_owned())
            }
            "country" => country_name(&code).map(str::to_owned),
            _ => {
                let field = self.forms.get(&line.form_id).and_then(|form| form.field(name));
                let option =
                    field.and_then(|field| field.options.iter().find(|one| one.value == code));
                option.map(|option| option.label.clone())
            }
        };
        found.unwrap_or(code)
    }
}

/// A moment to the second, or a day.
fn moment(at: Timestamp) -> String {
    if at.is_day() {
        return at.day().to_string();
    }
    let text = at.to_string();
    text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::import::read_again;

    fn row(table: BackupTable, values: &[(&str, Value)]) -> String {
        let of = |name: &&str| {
            values
                .iter()
                .find(|(known, _)| known == name)
                .map_or(json!(""), |(_, value)| value.clone())
        };
        json!(table.columns().iter().map(of).collect::<Vec<_>>()).to_string()
    }

    fn file() -> LeadsFile {
        let details = json!({
            "answers": { "email": "ada@acme.co", "name": "Ada", "motto": "=1+1", "phone": "+44 20 7946 0041",
                "role": "decision_maker", "consent": "yes" },
            "note": "Called,\nwants \"more\"",
            "attribution": { "source": "paid_search", "utm_campaign": "Brand", "page_url": "https://acme.co/" },
            "mailbox_key": "ada@acme.co",
        });
        let mut file = LeadsFile::default();
        let form = include_str!("../../../../domain/data/demo_form.json");
        let rows = [
            (
                BackupTable::Forms,
                row(BackupTable::Forms, &[("id", json!("demo")), ("definition", json!(form))]),
            ),
            (
                BackupTable::Leads,
                row(
                    BackupTable::Leads,
                    &[
                        ("id", json!("1")),
                        ("form_id", json!("demo")),
                        ("email", json!("ada@acme.co")),
                        ("captured_at", json!(1_700_000_000_000_i64)),
                        ("stage", json!("customer")),
                        ("source", json!("paid_search")),
                        ("details", json!(details.to_string())),
                    ],
                ),
            ),
        ];
        for (table, row) in rows {
            file.add(table, &[row], |_| true);
        }
        assert_eq!(file.mailboxes(), ["ada@acme.co"]);
        let reason = SuppressionReason::Unsubscribed;
        file.suppress(&BTreeMap::from([("ada@acme.co".to_owned(), reason)]));
        file
    }

    #[test]
    fn a_file_reads_back_as_what_it_said() {
        let file = file();
        assert_eq!(file.len(), 1);
        for text in [file.csv(Words::Codes), file.jsonl()] {
            let line = read_again(&text);
            assert_eq!(line.answers["email"], "ada@acme.co", "{text}");
            assert_eq!(
                (line.answers["name"].as_str(), line.answers["motto"].as_str()),
                ("Ada", "=1+1")
            );
            assert_eq!(line.note, "Called,\nwants \"more\"");
            assert_eq!(line.stage, Some(Stage::Customer));
            assert_eq!(line.captured_at, Some(Timestamp::from_ms(1_700_000_000_000)));
            assert_eq!(
                (line.origin["source"].as_str(), line.origin["utm_campaign"].as_str()),
                ("paid_search", "Brand")
            );
            assert_eq!(line.answers.len(), 6, "{:?}", line.answers);
        }
    }

    #[test]
    fn a_spreadsheet_and_other_tools_read_it() {
        let text = file().csv(Words::Codes);
        assert!(text.starts_with("\u{feff}id,captured_at,stage,"));
        assert!(text.contains("'=1+1") && text.contains(",+44 20 7946 0041,"), "{text}");
        assert!(text.contains("2023-11-14T22:13:20Z") && text.contains(",unsubscribed,"), "{text}");
        assert!(text.contains("e-mail me about"), "the text that was agreed to");
        let labels = file().csv(Words::Labels);
        assert!(
            labels.contains(",Customer,")
                && labels.contains(",Paid search,")
                && labels.contains(",I decide,"),
            "{labels}"
        );
    }
}
