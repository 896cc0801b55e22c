//! Telephone numbers by the module that the Worker and the browser run.

use std::path::Path;
use std::time::Instant;

use plumbline_domain::phone::{PhoneFacts, PhoneVerdict};
use plumbline_phone::describe_phone;
use serde::Deserialize;

use crate::report::{Report, Score, rows};

#[derive(Deserialize)]
struct Row {
    id: String,
    input: String,
    default_region: Option<String>,
    expected: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Expected {
    parse: bool,
    valid: bool,
    e164: Option<String>,
    region: Option<String>,
    r#type: Option<String>,
    ext: Option<String>,
}

/// Scores what is read, what is valid, and the number in E.164; then the facts beside it.
pub fn numbers(folder: &Path, report: &mut Report) {
    let Some(rows) = rows::<Row>(&folder.join("phone/phone.json"), report) else { return };
    let start = Instant::now();
    let got: Vec<Option<PhoneFacts>> = rows
        .iter()
        .map(|row| {
            let region = row.default_region.as_deref().unwrap_or_default();
            PhoneFacts::from_line(&describe_phone(&row.input, region))
        })
        .collect();
    let took = start.elapsed();
    let mut scores: [Score; 4] = Default::default();
    let [parse, valid, e164, facts] = &mut scores;
    parse.took = took;
    for (row, got) in rows.iter().zip(&got) {
        let wanted = &row.expected;
        let described = || format!("{} {:?} {wanted:?} {got:?}", row.id, row.input);
        parse.judge(wanted.parse, got.is_some(), described);
        let is_valid = got.as_ref().is_some_and(|got| got.verdict == PhoneVerdict::Valid);
        valid.judge(wanted.valid, is_valid, described);
        // The set gives these of valid numbers alone.
        let (Some(number), Some(got)) = (&wanted.e164, got) else { continue };
        e164.judge(true, *number == got.e164, described);
        let kind = format!("{:?}", got.kind).to_lowercase();
        let wanted_kind = wanted.r#type.as_deref().unwrap_or("UNKNOWN").replace('_', "");
        let same = kind == wanted_kind.to_lowercase()
            && got.region == wanted.region
            && got.extension == wanted.ext;
        facts.judge(true, same, described);
    }
    let [parse, valid, e164, facts] = &scores;
    for (name, score) in [("phone, read", parse), ("phone, valid", valid), ("phone, E.164", e164)] {
        report.line(name, score, "100 %", score.right == score.rows);
    }
    let met = facts.share() >= 0.99;
    report.line("phone, region, kind, ext.", facts, ">= 99 %", met);
}
