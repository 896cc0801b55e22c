//! The syntax of addresses, and domains of every script.

use std::path::Path;
use std::time::Instant;

use plumbline_domain::email::{EmailAddress, EmailKey, SyntaxReason, unwrapped};
use plumbline_domain::text::{NativeUnicode, Unicode as _};
use serde::Deserialize;

use crate::report::{Report, Score, rows};

/// How often a set is judged for its speed: one pass is over too soon to be timed.
const PASSES: u32 = 50;

#[derive(Deserialize)]
struct PolicyRow {
    id: String,
    input: String,
    policy: String,
    policy_rule: String,
}

/// Scores every file of `email/` on its policy column.
pub fn policy(folder: &Path, report: &mut Report) {
    let Ok(entries) = std::fs::read_dir(folder.join("email")) else {
        return report.absent(&folder.join("email"));
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    for path in files {
        let Some(rows) = rows::<PolicyRow>(&path, report) else { continue };
        let mut score = Score::default();
        for row in &rows {
            let got = EmailAddress::parse(&row.input, &NativeUnicode);
            let expected = row.policy == "accept";
            let described = || format!("{} {:?} {} {got:?}", row.id, row.input, row.policy_rule);
            score.judge(expected, got.is_ok(), described);
            if let Err(error) = &got
                && !expected
                && !is_of_rule(error.reason, &row.policy_rule)
            {
                score.wrong_reason(described());
            }
        }
        let start = Instant::now();
        for _ in 0..PASSES {
            for row in &rows {
                drop(std::hint::black_box(EmailAddress::parse(&row.input, &NativeUnicode)));
            }
        }
        score.took = start.elapsed() / PASSES;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let met = score.right == score.rows;
        report.line(&format!("e-mail policy, {name}"), &score, "100 %", met);
    }
}

/// Returns whether a reason is one that belongs to a rule of the policy.
fn is_of_rule(reason: SyntaxReason, rule: &str) -> bool {
    use SyntaxReason as R;
    let fitting: &[R] = match rule {
        "P1-empty" => &[R::Empty],
        "P2-control" => &[R::ControlChar],
        "P2-space" => &[R::Space],
        "P3-at" => &[R::AtCount],
        "P4-local-empty" => &[R::LocalEmpty],
        "P4-quoted" => &[R::LocalQuoted],
        "P4-dots" => &[R::LocalDots],
        "P4-char" | "P4-eai-char" | "P4-eai-compat" => &[R::LocalChar],
        "P4-too-long" => &[R::LocalTooLong],
        "P5-domain-empty" => &[R::DomainEmpty],
        "P5-ip-literal" => &[R::IpLiteral],
        "P5-label" | "P5-trailing-dot" | "P5-too-long" => {
            &[R::LabelLength, R::DomainDots, R::DomainChar]
        }
        "P6-idna" => &[R::IdnaInvalid],
        "P6-hyphen34" => &[R::DomainChar],
        "P7-dotless" => &[R::Dotless],
        "P7-special-use" => &[R::SpecialUse],
        "P7-tld-shape" | "P7-tld-numeric" => &[R::TldUnknown, R::IpLiteral],
        "P1-too-long" | "P8-too-long" => &[R::TooLong],
        _ => &[],
    };
    fitting.contains(&reason)
}

#[derive(Deserialize)]
struct IdnaRow {
    input: String,
    expected: String,
    ascii: Option<String>,
}

/// Scores the mapping of domains that counts, the edge's.
pub fn idna(folder: &Path, report: &mut Report) {
    let Some(rows) = rows::<IdnaRow>(&folder.join("data/idna.json"), report) else { return };
    let mut score = Score::default();
    let start = Instant::now();
    let answers: Vec<_> =
        rows.iter().map(|row| NativeUnicode.domain_to_ascii(&row.input)).collect();
    score.took = start.elapsed();
    for (row, got) in rows.iter().zip(answers) {
        score.judge(row.expected == "valid", got.is_some(), || format!("{:?} {got:?}", row.input));
        if got.is_some() && row.expected == "valid" && got != row.ascii {
            score.wrong_reason(format!("{:?} {got:?}", row.input));
        }
    }
    let met = score.share() >= 0.999;
    report.line("IDNA at the edge", &score, ">= 99.9 %", met);
}

#[derive(Deserialize)]
struct KeyRow {
    a: String,
    b: String,
    same: Option<bool>,
}

/// Scores which spellings are one mailbox. A pair that cannot be known must not be merged.
pub fn keys(folder: &Path, report: &mut Report) {
    let path = folder.join("data/normalize.json");
    let Some(rows) = rows::<KeyRow>(&path, report) else { return };
    let mut score = Score::default();
    let start = Instant::now();
    let got: Vec<_> = rows.iter().map(|row| (key(&row.a), key(&row.b))).collect();
    score.took = start.elapsed();
    for (row, (a, b)) in rows.iter().zip(got) {
        let described = || format!("{} {} {:?}", row.a, row.b, row.same);
        score.judge(row.same == Some(true), a.is_some() && a == b, described);
    }
    let met = score.right == score.rows && score.false_accepts == 0;
    report.line("e-mail keys", &score, "100 %, 0 false merges", met);
}

fn key(typed: &str) -> Option<EmailKey> {
    let address = EmailAddress::read(unwrapped(typed).unwrap_or(typed), &NativeUnicode).ok()?;
    Some(EmailKey::of(&address, None).0)
}
