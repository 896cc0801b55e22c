//! Domains through the real Worker and a real resolver that serves each row's own zone.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use plumbline_e2e::resolver::{self, Record, Reply, Script, address, alias, mx, txt};
use plumbline_e2e::worker::Worker;
use serde::Deserialize;
use serde_json::Value;

use crate::report::{Report, Score, rows};

#[derive(Deserialize)]
struct Row {
    id: String,
    domain: String,
    zone: BTreeMap<String, Value>,
    nx: Vec<String>,
    expected: Expected,
}

#[derive(Deserialize)]
struct Expected {
    verdict: String,
    reasons: Vec<String>,
    provider: Option<String>,
}

/// The code that the registry has for each kind of record.
const KINDS: [(&str, u16); 5] = [("A", 1), ("CNAME", 5), ("MX", 15), ("TXT", 16), ("AAAA", 28)];

/// Scores verdicts, reasons and providers.
pub fn scenarios(folder: &Path, report: &mut Report) {
    let Some(rows) = rows::<Row>(&folder.join("dns/dns.json"), report) else { return };
    let zones: Arc<Vec<(String, Zone)>> =
        Arc::new(rows.iter().map(|row| (row.domain.clone(), Zone::of(row))).collect());
    let script: Script = {
        let zones = zones.clone();
        Arc::new(move |name, kind| answer(&zones, name, kind))
    };
    let (url, _) = resolver::start_with(0, script).expect("a port for the resolver");
    let worker = Worker::start(&url, &["--rate", "1000000", "--lookups", "1000000"]);
    let key = worker.api_key("checks");

    let (mut bad, mut good, mut open) = (Score::default(), Score::default(), Score::default());
    let (mut providers, mut reasons) = (Score::default(), Score::default());
    for row in &rows {
        let start = Instant::now();
        let got = checked(&worker, &key, &row.domain);
        let took = start.elapsed();
        let verdict = got["verdict"].as_str().unwrap_or_default();
        let described =
            || format!("{} {} {:?} {got}", row.id, row.expected.verdict, row.expected.reasons);
        // Which mistake is worst depends on what was to be said.
        let score = match row.expected.verdict.as_str() {
            "undeliverable" => &mut bad,
            "unknown" => &mut open,
            _ => &mut good,
        };
        score.judge(true, verdict == row.expected.verdict, described);
        score.took += took;
        let mut found: Vec<&str> =
            got["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut wanted: Vec<&str> = row.expected.reasons.iter().map(String::as_str).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        reasons.judge(true, found == wanted, described);
        if let Some(provider) = &row.expected.provider {
            let got = got["provider"].as_str().unwrap_or_default();
            providers.judge(true, got == provider, || format!("{} {provider} {got}", row.id));
        }
    }
    let all = |score: &Score| score.right == score.rows;
    report.line("DNS, undeliverable", &bad, "all", all(&bad));
    report.line("DNS, deliverable or risky", &good, "all", all(&good));
    report.line("DNS, unknown", &open, "all", all(&open));
    report.line("DNS, reasons", &reasons, ">= 95 %", reasons.share() >= 0.95);
    report.line("DNS, providers", &providers, "all", all(&providers));
}

fn checked(worker: &Worker, key: &str, domain: &str) -> Value {
    let body = serde_json::json!({ "addresses": [format!("ada@{domain}")] }).to_string();
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = worker.send("POST", "/api/v1/email-checks", &headers, body.as_bytes());
    answer.json()["checks"][0]["assessment"].clone()
}

/// What one row says of the names it knows.
struct Zone {
    entries: BTreeMap<(String, u16), Value>,
    missing: Vec<String>,
}

impl Zone {
    fn of(row: &Row) -> Self {
        let entries = row.zone.iter().filter_map(|(key, value)| {
            let (name, kind) = key.rsplit_once('/')?;
            let (_, kind) = KINDS.iter().find(|(text, _)| *text == kind)?;
            Some(((name.to_ascii_lowercase(), *kind), value.clone()))
        });
        Self { entries: entries.collect(), missing: row.nx.clone() }
    }

    fn knows(&self, name: &str) -> bool {
        self.missing.iter().any(|known| known == name)
            || self.entries.keys().any(|(known, _)| known == name)
    }

    fn reply(&self, name: &str, kind: u16) -> Reply {
        let mut chain = Vec::new();
        let mut owner = name.to_owned();
        while let Some(Value::Array(of)) = self.entries.get(&(owner.clone(), 5)) {
            let of = of[0].as_str().unwrap_or_default().trim_end_matches('.').to_owned();
            chain.push(alias(&owner, &of));
            owner = of;
            if chain.len() > 8 {
                break;
            }
        }
        if self.missing.contains(&owner) {
            return Reply::Message(3, None, chain);
        }
        // A row may list what an alias leads to under the alias itself.
        let found = self.entries.get(&(owner.clone(), kind));
        match found.or_else(|| self.entries.get(&(name.to_owned(), kind))) {
            None => Reply::of(chain),
            Some(Value::Array(texts)) => {
                let texts = texts.iter().filter_map(Value::as_str);
                chain.extend(texts.filter_map(|text| record(&owner, kind, text)));
                Reply::of(chain)
            }
            Some(Value::Object(failure)) => {
                let number = |name: &str| failure.get(name).and_then(Value::as_u64);
                let rcode = number("rcode").and_then(|code| u8::try_from(code).ok());
                let explanation = number("ede").and_then(|code| u16::try_from(code).ok());
                Reply::Message(rcode.unwrap_or(2), explanation, Vec::new())
            }
            Some(_) => Reply::Silence,
        }
    }
}

fn record(owner: &str, kind: u16, text: &str) -> Option<Record> {
    match kind {
        15 => {
            let (preference, host) = text.split_once(' ')?;
            Some(mx(owner, preference.parse().ok()?, host.trim_end_matches('.')))
        }
        16 => Some(txt(owner, text)),
        _ => Some(address(owner, text.parse::<IpAddr>().ok()?)),
    }
}

/// Rows share hosts; a name is answered by its own row, or by the first that knows it.
fn answer(zones: &[(String, Zone)], name: &str, kind: u16) -> Reply {
    let base = name.strip_prefix("_dmarc.").unwrap_or(name);
    let own = zones.iter().find(|(domain, _)| domain == base);
    let known = own.or_else(|| zones.iter().find(|(_, zone)| zone.knows(name)));
    known.map_or_else(|| Reply::of(Vec::new()), |(_, zone)| zone.reply(name, kind))
}
