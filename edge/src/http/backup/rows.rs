//! What a row of a state file has to be. A file is input like any other: whatever is in it is held to the
//! types and limits of what writes such rows here.

use plumbline_api::backup::BackupTable;
use plumbline_api::quarantine::QuarantineReason;
use plumbline_api::submissions::SubmissionRequest;
use plumbline_domain::attribution::Source;
use plumbline_domain::email::Verdict;
use plumbline_domain::form::Form;
use plumbline_domain::id::{EventId, FormId, ImportId, LeadId, MergeId};
use plumbline_domain::import::SuppressionReason;
use plumbline_domain::lead::{LeadDetails, LeadEventKind, Stage};
use plumbline_domain::scoring::{Cell, ScoringModel};
use plumbline_domain::time::DAY_MS;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The last moment that a row may name, in milliseconds: the end of the year 9999.
const MOMENT_MAX: i64 = 253_402_300_799_999;
/// The last sequence number that an event may bring: there is room behind it for all that follow, below what a
/// number of JSON can hold.
const SEQ_MAX: i64 = 1 << 50;
/// The most of anything that is counted.
const COUNT_MAX: i64 = u32::MAX as i64;
/// How long the id of a secret is, in characters, and how long a secret at least.
const SECRET_ID_CHARS: usize = 8;
const SECRET_CHARS_MIN: usize = 32;
/// The longest short text, such as a name, in bytes.
const TEXT_BYTES_MAX: usize = 2_000;
/// The longest text that holds many, such as the details of a lead, in bytes.
const DETAILS_BYTES_MAX: usize = 400_000;

/// The cells of one row by the names of its columns.
struct Cells(Map<String, Value>);

impl Cells {
    fn of(table: BackupTable, row: &str) -> Option<Self> {
        let cells: Vec<Value> = serde_json::from_str(row).ok()?;
        let columns = table.columns();
        let named = || columns.iter().map(|name| (*name).to_owned()).zip(cells.iter().cloned());
        (cells.len() == columns.len()).then(|| Self(named().collect()))
    }

    fn text(&self, name: &'static str, bytes_max: usize) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| text.len() <= bytes_max)
    }

    fn short(&self, name: &'static str) -> Result<&str, &'static str> {
        self.text(name, TEXT_BYTES_MAX).ok_or(name)
    }

    fn number(&self, name: &'static str, max: i64) -> Result<i64, &'static str> {
        let number = self.0.get(name).and_then(Value::as_i64);
        number.filter(|number| (0..=max).contains(number)).ok_or(name)
    }

    fn points(&self, name: &'static str) -> Result<(), &'static str> {
        let number = self.0.get(name).and_then(Value::as_i64).ok_or(name)?;
        i32::try_from(number).map(drop).map_err(|_| name)
    }

    fn is_null(&self, name: &str) -> bool {
        self.0.get(name).is_none_or(Value::is_null)
    }

    /// Takes a text that `parse` can read.
    fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, &'static str> {
        parse(self.short(name)?).ok_or(name)
    }

    /// Takes a text that holds JSON of a type.
    fn json<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, &'static str> {
        let text = self.text(name, DETAILS_BYTES_MAX).ok_or(name)?;
        serde_json::from_str(text).map_err(|_| name)
    }
}

/// Checks one row.
///
/// # Errors
/// The name of the first column that does not fit, or `row` for what is no row of this table.
pub fn check(table: BackupTable, row: &str) -> Result<(), &'static str> {
    let cells = Cells::of(table, row).ok_or("row")?;
    let form_id = |name| cells.parsed(name, |text| FormId::parse(text).ok()).map(drop);
    let moment = |name| cells.number(name, MOMENT_MAX).map(drop);
    let day = |name| cells.number(name, MOMENT_MAX / DAY_MS).map(drop);
    let count = |name| cells.number(name, COUNT_MAX).map(drop);
    match table {
        BackupTable::Forms => {
            let form: Form = cells.json("definition")?;
            if form.id.as_str() != cells.short("id")? || form.check().is_err() {
                return Err("definition");
            }
            moment("updated_at")
        }
        BackupTable::ScoringModels => {
            let model: ScoringModel = cells.json("definition")?;
            let version = cells.number("version", i64::from(i32::MAX))?;
            if i64::from(model.version) != version || model.check_counts().is_err() {
                return Err("definition");
            }
            cells.short("author").and(cells.short("note"))?;
            moment("published_at")
        }
        BackupTable::MailboxSecrets => {
            let id = cells.short("id")?;
            let is_hex = id.len() == SECRET_ID_CHARS && id.bytes().all(|b| b.is_ascii_hexdigit());
            if !is_hex || cells.short("secret")?.len() < SECRET_CHARS_MIN {
                return Err("id");
            }
            moment("created_at")
        }
        BackupTable::Erased => {
            cells.short("hash")?;
            moment("erased_at")
        }
        BackupTable::Events => {
            cells.number("seq", SEQ_MAX)?;
            cells.parsed("id", |text| EventId::parse(text).ok())?;
            cells.parsed("lead_id", |text| LeadId::parse(text).ok())?;
            cells.json::<LeadEventKind>("kind")?;
            moment("occurred_at")
        }
        BackupTable::Leads => check_lead(&cells),
        BackupTable::Quarantine => {
            cells.parsed("id", |text| LeadId::parse(text).ok())?;
            form_id("form_id")?;
            cells.parsed("reason", QuarantineReason::parse)?;
            cells.json::<SubmissionRequest>("submission")?;
            for name in ["idempotency_key", "country", "site"] {
                cells.short(name)?;
            }
            moment("received_at")
        }
        BackupTable::PageCounts => {
            form_id("form_id")?;
            cells.short("page_path").and(cells.short("page_title"))?;
            count("views").and(count("starts"))?;
            day("day")
        }
        BackupTable::Imports => {
            cells.parsed("id", |text| ImportId::parse(text).ok())?;
            cells.short("name")?;
            count("lines")?;
            if !cells.is_null("undone_at") {
                moment("undone_at")?;
            }
            moment("created_at")
        }
        BackupTable::ImportLeads => {
            cells.parsed("import_id", |text| ImportId::parse(text).ok())?;
            cells.parsed("lead_id", |text| LeadId::parse(text).ok())?;
            if !cells.is_null("before") {
                check_scored(&Cells(cells.json("before")?)).map_err(|_| "before")?;
            }
            if !cells.is_null("line") {
                count("line")?;
            }
            count("version")
        }
        BackupTable::Suppressions => {
            cells.short("mailbox")?;
            cells.parsed("reason", SuppressionReason::parse)?;
            let import = cells.short("import_id")?;
            if !import.is_empty() && ImportId::parse(import).is_err() {
                return Err("import_id");
            }
            moment("created_at")
        }
        BackupTable::Merges => {
            cells.parsed("id", |text| MergeId::parse(text).ok())?;
            cells.parsed("survivor_id", |text| LeadId::parse(text).ok())?;
            cells.parsed("merged_id", |text| LeadId::parse(text).ok())?;
            for name in ["survivor_before", "merged"] {
                check_lead(&Cells(cells.json(name)?)).map_err(|_| name)?;
            }
            cells.json::<Vec<u64>>("events")?;
            if !cells.is_null("undone_at") {
                moment("undone_at")?;
            }
            count("survivor_version").and(moment("created_at"))
        }
        BackupTable::RecheckCounts => {
            cells.parsed("before", Verdict::parse)?;
            cells.parsed("after", Verdict::parse)?;
            count("leads").and(day("day"))
        }
    }
}

/// Returns the mailbox of a lead's row; empty where it names none.
pub fn mailbox(row: &str) -> String {
    let details = Cells::of(BackupTable::Leads, row);
    let details = details.and_then(|cells| cells.json::<LeadDetails>("details").ok());
    details.map(|details| details.mailbox_key).unwrap_or_default()
}

fn check_lead(cells: &Cells) -> Result<(), &'static str> {
    cells.parsed("id", |text| LeadId::parse(text).ok())?;
    cells.parsed("form_id", |text| FormId::parse(text).ok())?;
    cells.parsed("source", Source::parse)?;
    cells.short("idempotency_key").and(cells.short("body_hash"))?;
    let captured_at = cells.number("captured_at", MOMENT_MAX)?;
    if cells.number("captured_day", MOMENT_MAX)? != captured_at.div_euclid(DAY_MS) {
        return Err("captured_day");
    }
    cells.number("updated_at", MOMENT_MAX)?;
    cells.number("version", i64::from(i32::MAX))?;
    check_scored(cells)
}

/// Checks what an import may change of a lead.
fn check_scored(cells: &Cells) -> Result<(), &'static str> {
    cells.parsed("stage", Stage::parse)?;
    cells.parsed("cell", Cell::parse)?;
    cells.parsed("verdict", Verdict::parse)?;
    cells.number("rank", COUNT_MAX)?;
    cells.points("fit").and(cells.points("engagement"))?;
    cells.short("name").and(cells.short("email")).and(cells.short("company"))?;
    cells.json::<LeadDetails>("details").map(drop)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "0190b1b2-0000-7000-8000-000000000000";

    fn checked(table: BackupTable, row: &Value) -> Result<(), &'static str> {
        check(table, &row.to_string())
    }

    fn form(change: impl Fn(&mut Value)) -> Result<(), &'static str> {
        let text = include_str!("../../../../domain/data/demo_form.json");
        let mut form: Value = serde_json::from_str(text).unwrap();
        change(&mut form);
        checked(BackupTable::Forms, &json!(["demo", form.to_string(), 1]))
    }

    #[test]
    fn a_form_of_a_file_reaches_no_page_as_script_and_widens_no_policy() {
        assert_eq!(form(|_| {}), Ok(()));
        let refused = Err("definition");
        for url in ["javascript:alert(1)", "//evil.example", "data:text/html,x", " /x", "/\\evil"] {
            assert_eq!(form(|form| form["privacy_url"] = url.into()), refused, "{url}");
        }
        for origin in [
            "https://a.example; report-uri https://evil.example",
            "https://a\r\nx: y",
            "javascript:x",
        ] {
            assert_eq!(form(|form| form["allowed_origins"] = json!([origin])), refused, "{origin}");
            assert_eq!(form(|form| form["blocked_origins"] = json!([origin])), refused, "{origin}");
        }
        for name in ["elements", "Name", "a b", "", "__proto__", "website2"] {
            assert_eq!(form(|form| form["fields"][0]["name"] = name.into()), refused, "{name}");
        }
        let many = |form: &mut Value| {
            let mut field = form["fields"][0].clone();
            let fields = (0..60).map(|number| {
                field["name"] = format!("f{number}").into();
                field.clone()
            });
            form["fields"] = fields.collect();
        };
        assert_eq!(form(many), refused);
        assert_eq!(form(|form| form["id"] = "other".into()), refused);
    }

    #[test]
    fn a_model_of_a_file_is_held_to_its_limits() {
        let text = include_str!("../../../../domain/data/default_model.json");
        let model = |change: &dyn Fn(&mut Value)| {
            let mut model: Value = serde_json::from_str(text).unwrap();
            change(&mut model);
            let version = model["version"].clone();
            checked(BackupTable::ScoringModels, &json!([version, model.to_string(), 1, "", ""]))
        };
        assert_eq!(model(&|_| {}), Ok(()));
        assert!(model(&|model| model["rules"][0]["points"] = i32::MAX.into()).is_err());
        assert!(model(&|model| model["rules"][1]["id"] = model["rules"][0]["id"].clone()).is_err());
    }

    #[test]
    fn numbers_that_break_a_screen_or_the_feed_are_left_out() {
        let event =
            |seq: i64| checked(BackupTable::Events, &json!([seq, ID, ID, 1, "\"lead.erased\""]));
        assert_eq!(event(5), Ok(()));
        assert_eq!([event(-1), event(i64::MAX), event(1 << 53)], [Err("seq"); 3]);
        let page = |views: i64| {
            checked(BackupTable::PageCounts, &json!([20_000, "demo", "/", "Home", views, 0]))
        };
        assert_eq!([page(3), page(9_007_199_254_740_991)], [Ok(()), Err("views")]);
        let import = |id: &str| checked(BackupTable::Imports, &json!([id, "a.csv", 3, 1, null]));
        assert_eq!([import(ID), import("x")], [Ok(()), Err("id")]);
        let held = |id: &str| {
            let submission = json!({ "answers": {}, "page": {} }).to_string();
            let row = json!([id, "demo", 1, "trap_filled", submission, "", "", ""]);
            checked(BackupTable::Quarantine, &row)
        };
        assert_eq!([held(ID), held("x")], [Ok(()), Err("id")]);
        let before =
            |before: Value| checked(BackupTable::ImportLeads, &json!([ID, ID, 1, before, 2]));
        assert_eq!(before(Value::Null), Ok(()));
        assert_eq!(before("{}".into()), Err("before"));
        assert_eq!(check(BackupTable::Leads, "[1]"), Err("row"));
    }
}
