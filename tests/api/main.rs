//! The stories of the API against the real Worker: workerd, D1 on disk, a DNS-over-HTTPS server.
//!
//! Most stories share one deployment and make their own data in it; those that break something have
//! one of their own.

mod access;
mod attacks;
mod capture;
mod checks;
mod doors;
mod erasure;
mod faults;
mod imports;
mod leads;
mod live;
mod merges;
mod policies;
mod qualification;
mod real_pages;
mod roles;
mod scoring;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use plumbline_e2e::resolver::{self, Asked};
use plumbline_e2e::worker::{Answer, Worker};

/// The shared deployment.
struct Shared {
    worker: Worker,
    asked: Asked,
    /// A key with every scope.
    key: String,
    /// The cookie of an open session.
    cookie: String,
}

fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let (url, asked) = resolver::start(0).expect("a port for the resolver");
        let worker =
            Worker::start(&url, &["--rate", "1000000", "--lookups", "1000000", "--faults"]);
        let key = worker.api_key("leads:read,leads:write,checks");
        let cookie = access::sign_in(&worker);
        Shared { worker, asked, key, cookie }
    })
}

/// A word that no other story uses, for keys and names.
fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Asks again, a few times, where the answer is to try again: a story that looks into the database by itself
/// may hold it.
fn patiently(ask: impl Fn() -> Answer) -> Answer {
    (0..5).map(|_| ask()).find(|answer| answer.status != 503).expect("an answer")
}

/// The id of the lead that a submission made.
fn stored(body: &str) -> String {
    let key = unique("key-");
    let answer = patiently(|| shared().worker.submit(&key, body));
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["lead_id"].as_str().expect("an id").to_owned()
}

/// A lead as the owner reads it.
fn lead(id: &str) -> serde_json::Value {
    let path = format!("/api/v1/leads/{id}");
    let bearer = format!("Bearer {}", shared().key);
    let headers = [("authorization", bearer.as_str())];
    let answer = patiently(|| shared().worker.send("GET", &path, &headers, b""));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["lead"].clone()
}

/// Waits until `done` says so; fails after twenty seconds.
fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !done() {
        assert!(start.elapsed().as_secs() < 20, "never happened: {what}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn owner(method: &str, path: &str) -> Answer {
    let bearer = format!("Bearer {}", shared().key);
    let headers = [("authorization", bearer.as_str())];
    patiently(|| shared().worker.send(method, path, &headers, b""))
}

fn post(path: &str, body: &serde_json::Value) -> Answer {
    let bearer = format!("Bearer {}", shared().key);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = body.to_string();
    patiently(|| shared().worker.send("POST", path, &headers, body.as_bytes()))
}

/// A lead's row as the database holds it, but for when it was changed last and how often.
fn row(id: &str) -> Option<String> {
    use rusqlite::OptionalExtension as _;
    let columns = "form_id, idempotency_key, body_hash, captured_at, captured_day, stage, cell, rank, fit, engagement, source, verdict, name, email, company, details";
    let quoted: Vec<_> = columns.split(", ").map(|column| format!("quote({column})")).collect();
    let query = format!("SELECT {} FROM leads WHERE id = ?1", quoted.join(" || '|' || "));
    shared().worker.sql(|db| db.query_row(&query, [id], |row| row.get(0)).optional())
}
