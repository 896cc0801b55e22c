//! What lists and distances tell of a domain or a mailbox: slips, classes, roles.

use std::path::Path;
use std::time::Instant;

use plumbline_domain::email::{DomainClass, Lists};
use serde::Deserialize;

use crate::report::{Report, Score, rows};

/// The tables as they are deployed.
pub const LISTS: Lists<'_> = Lists {
    disposable_domains: include_str!("../../../public/lists/disposable_domains.txt"),
    disposable_hosts: include_str!("../../../public/lists/disposable_hosts.txt"),
    roles: include_str!("../../../public/lists/roles.txt"),
    top_level_domains: include_str!("../../../public/lists/top_level_domains.txt"),
};

#[derive(Deserialize)]
struct TypoRow {
    input: String,
    suggest: Option<String>,
}

/// Scores suggestions: what must be offered, and what must be left alone.
pub fn typos(folder: &Path, report: &mut Report) {
    for (file, name) in [("typo", "typos"), ("typo_synthetic", "typos, synthetic")] {
        let path = folder.join(format!("data/{file}.json"));
        let Some(rows) = rows::<TypoRow>(&path, report) else { continue };
        let (slips, real): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.suggest.is_some());
        let (wanted, bar) =
            if slips.len() > 100 { (650.0 / 700.0, ">= 92.9 %") } else { (0.95, ">= 95 %") };
        let score = scored(&slips);
        report.line(name, &score, bar, score.share() >= wanted);
        if !real.is_empty() {
            let score = scored(&real);
            report.line(
                &format!("{name}, real providers"),
                &score,
                "<= 1 % corrected",
                score.share() >= 0.99,
            );
        }
    }
}

fn scored(rows: &[&TypoRow]) -> Score {
    let mut score = Score::default();
    let start = Instant::now();
    let got: Vec<_> = rows.iter().map(|row| suggested(&row.input)).collect();
    score.took = start.elapsed();
    for (row, got) in rows.iter().zip(got) {
        score.judge(true, got == row.suggest, || {
            format!("{:?} {:?} {got:?}", row.input, row.suggest)
        });
    }
    score
}

/// Offers a better address as the form does: from what was typed, whether or not it is an address.
fn suggested(typed: &str) -> Option<String> {
    let (local, domain) = typed.rsplit_once('@')?;
    LISTS.suggest_domain(&domain.to_ascii_lowercase()).map(|better| format!("{local}@{better}"))
}

#[derive(Deserialize)]
struct ClassRow {
    domain: String,
    expected: String,
}

/// Scores classes: nobody's own, free or relay address may be called disposable.
pub fn classes(folder: &Path, report: &mut Report) {
    let path = folder.join("data/domain_class.json");
    let Some(rows) = rows::<ClassRow>(&path, report) else { return };
    for (kind, name) in [
        ("free", "free providers"),
        ("relay", "relays"),
        ("business", "business names"),
        ("disposable", "disposable domains"),
    ] {
        let mut score = Score::default();
        let of_kind: Vec<_> = rows.iter().filter(|row| row.expected == kind).collect();
        let start = Instant::now();
        let got: Vec<_> = of_kind.iter().map(|row| LISTS.class(&row.domain)).collect();
        score.took = start.elapsed();
        for (row, got) in of_kind.iter().zip(got) {
            let disposable = got == DomainClass::Disposable;
            score.judge(kind != "disposable", !disposable, || format!("{} {got:?}", row.domain));
        }
        if kind == "disposable" {
            // The set was made from public lists, most of whose entries are dead: no bar of its own.
            report.line(name, &score, "none, circular", true);
        } else {
            report.line(
                &format!("{name} not disposable"),
                &score,
                "0 refused",
                score.false_rejects == 0,
            );
        }
    }
}

#[derive(Deserialize)]
struct RoleRow {
    local: String,
    expected: String,
}

/// Scores mailboxes of a function against those of a person.
pub fn roles(folder: &Path, report: &mut Report) {
    let Some(rows) = rows::<RoleRow>(&folder.join("data/role.json"), report) else { return };
    let mut score = Score::default();
    let start = Instant::now();
    let got: Vec<_> = rows.iter().map(|row| LISTS.is_role(&row.local)).collect();
    score.took = start.elapsed();
    for (row, got) in rows.iter().zip(got) {
        score.judge(row.expected == "role", got, || format!("{} {}", row.local, row.expected));
    }
    let met = score.share() >= 0.99;
    report.line("roles", &score, ">= 99 %", met);
}
