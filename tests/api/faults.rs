//! Things break; leads do not get lost, and nobody else notices.

use std::collections::BTreeSet;
use std::process::Command;

use plumbline_e2e::resolver;
use plumbline_e2e::worker::Worker;

use super::{shared, stored, unique};

const LEAD: &str = r#"{"answers":{"name":"Fault","email":"f@good.co"}}"#;

#[test]
fn a_trap_ends_one_request_alone() {
    // Attack case 57, in a deployment of its own: what is in flight beside a trap fails with it.
    let worker = Worker::start("http://127.0.0.1:9/dns-query", &["--faults", "--rate", "100000"]);
    for round in 0..3 {
        let broken = worker.send("POST", "/faults/panic", &[], b"");
        assert_eq!(broken.status, 500, "{}", broken.text);
        let problem = broken.json();
        assert!(problem["code"] == "internal" && problem["request_id"].is_string());
        assert!(!broken.text.contains("asked to"), "nothing of the inside is told");
        for number in 0..100 {
            let answer = worker.submit(&format!("after-{round}-{number}"), LEAD);
            assert_eq!(answer.status, 201, "{round} {number}: {}", answer.text);
        }
    }
}

#[test]
fn a_broken_store_is_told_by_an_id_and_typing_survives() {
    // Attack case 56.
    let worker = Worker::start("http://127.0.0.1:9/dns-query", &[]);
    assert_eq!(worker.submit(&unique("before-"), LEAD).status, 201);
    worker.sql(|db| db.execute_batch("ALTER TABLE leads RENAME TO gone"));
    let broken = worker.submit("kept-key", LEAD);
    assert_eq!((broken.status, &broken.json()["code"]), (500, &"internal".into()));
    assert!(
        !broken.text.contains("gone")
            && !broken.text.contains("leads")
            && !broken.text.contains("SQL"),
        "{}",
        broken.text
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let page = worker.send(
        "POST",
        "/api/v1/forms/demo/submissions",
        &form,
        b"name=Ada&email=a%40good.co&need=still+here&idempotency_key=kept-2",
    );
    assert_eq!(page.status, 500);
    for kept in
        ["value=\"Ada\"", ">still here</textarea>", "value=\"kept-2\"", "Nothing you typed is lost"]
    {
        assert!(page.text.contains(kept), "{kept}");
    }
    worker.sql(|db| db.execute_batch("ALTER TABLE gone RENAME TO leads"));
    assert_eq!(
        worker.submit("kept-key", LEAD).status,
        201,
        "the same key stores it once the store is back"
    );
}

#[test]
fn a_flood_is_slowed_and_others_are_not() {
    // Attack cases 22 and 30: the limit is per network; here there is one.
    let (url, asked) = resolver::start(0).expect("a resolver");
    let worker = Worker::start(&url, &["--rate", "60", "--lookups", "20"]);
    let mut statuses = Vec::new();
    // The limit counts in fixed windows of ten seconds: this is more than three of them let through.
    for number in 0..200 {
        let body = format!(r#"{{"answers":{{"name":"F","email":"f@flood{number}.co"}}}}"#);
        let answer = worker.submit(&format!("flood-{number}"), &body);
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), Some("10"));
        }
        statuses.push(answer.status);
    }
    let stored = statuses.iter().filter(|status| **status == 201).count();
    assert!((60..=180).contains(&stored) && statuses.contains(&429), "{statuses:?}");
    let names: BTreeSet<_> = asked.lock().unwrap().keys().map(|(name, _)| name.clone()).collect();
    let names: Vec<_> = names.iter().filter(|name| name.starts_with("flood")).collect();
    assert!(names.len() <= 40, "{} domains were looked up", names.len());
    let unknown: i64 = worker.sql(|db| {
        db.query_row("SELECT count(*) FROM leads WHERE verdict = 'unknown'", [], |r| r.get(0))
    });
    assert!(
        unknown >= 20,
        "leads beyond the limit are stored and say that they were not looked up"
    );
}

#[test]
fn the_cron_sweep_delivers_what_was_never_told() {
    let worker = &shared().worker;
    let id = stored(LEAD);
    let cursor = || -> i64 {
        worker.sql(|db| db.query_row("SELECT seq FROM outbox_cursors", [], |row| row.get(0)))
    };
    let seq: i64 = worker.sql(|db| {
        db.query_row("SELECT max(seq) FROM events WHERE lead_id = ?1", [&id], |r| r.get(0))
    });
    super::eventually("the event is delivered", || cursor() >= seq);
    // As if every wake-up had been lost: the cursor stands back, and only the cron trigger follows.
    worker.sql(|db| db.execute("UPDATE outbox_cursors SET seq = ?1", [seq - 1]));
    let swept = worker.send("GET", "/cdn-cgi/local/scheduled?cron=*+*+*+*+*", &[], b"");
    assert_eq!(swept.status, 200, "{}", swept.text);
    super::eventually("the sweep delivered it", || cursor() >= seq);
}

#[test]
fn killed_in_a_burst_every_lead_is_stored_once() {
    let state = std::env::temp_dir().join(format!("plumbline-kill-{}", std::process::id()));
    let options = ["--rate", "1000000"];
    let mut sent = 0;
    for round in 0..2 {
        let worker = Worker::start_in(state.clone(), "http://127.0.0.1:9/dns-query", &options);
        let keys: Vec<String> = (0..40).map(|number| format!("kill-{round}-{number}")).collect();
        sent += keys.len();
        std::thread::scope(|scope| {
            let origin = worker.origin.clone();
            let senders: Vec<_> = keys
                .chunks(10)
                .map(|keys| {
                    let origin = origin.clone();
                    scope.spawn(move || {
                        keys.iter().map(|key| post(&origin, key)).collect::<Vec<_>>()
                    })
                })
                .collect();
            std::thread::sleep(std::time::Duration::from_millis(60));
            kill_workerd(&worker.state);
            for sender in senders {
                drop(sender.join());
            }
        });
        drop(worker);
        let again = Worker::start_in(state.clone(), "http://127.0.0.1:9/dns-query", &options);
        for key in &keys {
            assert!(matches!(again.submit(key, LEAD).status, 200 | 201), "{key}");
        }
        let (leads, keys): (i64, i64) = again.sql(|db| {
            db.query_row("SELECT count(*), count(DISTINCT idempotency_key) FROM leads", [], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
        });
        assert_eq!((leads, keys), (sent as i64, sent as i64));
    }
    drop(std::fs::remove_dir_all(state));
}

/// Sends one lead; the answer may never come.
fn post(origin: &str, key: &str) -> Option<u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(std::time::Duration::from_secs(3)))
        .build()
        .into();
    let request = agent
        .post(format!("{origin}/api/v1/forms/demo/submissions"))
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    request.send(LEAD).ok().map(|answer| answer.status().as_u16())
}

/// Kills the runtime of one deployment, found by its state on the command lines of its parents.
fn kill_workerd(state: &std::path::Path) {
    let listing = Command::new("ps").args(["-eo", "pid,ppid,args"]).output().expect("ps runs");
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    let rows: Vec<(u32, u32, &str)> = listing
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut parts = line.split_whitespace();
            Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, line))
        })
        .collect();
    let state = state.to_string_lossy();
    let mut family: BTreeSet<u32> = rows
        .iter()
        .filter(|(_, _, line)| line.contains("wrangler") && line.contains(&*state))
        .map(|(pid, ..)| *pid)
        .collect();
    loop {
        let children: Vec<u32> = rows
            .iter()
            .filter(|(pid, parent, _)| family.contains(parent) && !family.contains(pid))
            .map(|(pid, ..)| *pid)
            .collect();
        if children.is_empty() {
            break;
        }
        family.extend(children);
    }
    let runtimes =
        rows.iter().filter(|(pid, _, line)| family.contains(pid) && line.contains("workerd"));
    for (pid, ..) in runtimes {
        drop(Command::new("kill").args(["-KILL", &pid.to_string()]).status());
    }
}

#[test]
fn whatever_the_database_lacks_is_told_by_an_id_and_nothing_else() {
    // Attack case 56, in every use case: each table is taken away in turn.
    let worker = Worker::start("http://127.0.0.1:9/dns-query", &["--rate", "100000"]);
    let cookie = super::access::sign_in(&worker);
    let id = worker.submit("before", LEAD).json()["lead_id"].as_str().unwrap().to_owned();
    let one = format!("/api/v1/leads/{id}");
    let line = r#"{"lines":[{"line":2,"answers":{"email":"x@good.co"}}]}"#;
    let mut calls = vec![
        ("GET", one.as_str(), ""),
        ("DELETE", "/api/v1/leads/0192f0c1-0000-7000-8000-000000000000", ""),
        ("POST", "/api/v1/forms/demo/submissions", LEAD),
        (
            "POST",
            "/api/v1/forms/demo/page-views",
            r#"{"kind":"view","page":{"page_url":"https://a.co/"}}"#,
        ),
        ("POST", "/api/v1/import-checks", line),
        ("POST", "/api/v1/imports", r#"{"name":"a.csv","lines":1}"#),
        ("POST", "/api/v1/suppression-checks", r#"{"mailboxes":["a@good.co"]}"#),
        ("POST", "/api/v1/scoring/rescorings", "{}"),
        ("POST", "/api/v1/api-keys", r#"{"name":"k","scopes":["checks"]}"#),
        ("GET", "/f/demo", ""),
        ("GET", "/healthz", ""),
    ];
    let lists = "leads?q=ada leads?sort=priority today overview people quarantine imports merges scoring scoring/book api-keys forms/demo/sites backup/leads backup/events sessions/current";
    let lists: Vec<String> = lists.split(' ').map(|path| format!("/api/v1/{path}")).collect();
    calls.extend(lists.iter().map(|path| ("GET", path.as_str(), "")));
    let tables: Vec<String> = worker.sql(|db| {
        let query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'd1_%' AND name NOT LIKE '_cf_%' AND name NOT LIKE 'lead_search%'";
        let mut names = db.prepare(query)?;
        names.query_map([], |row| row.get(0))?.collect()
    });
    assert!(tables.len() > 18, "{tables:?}");
    let mut failures = 0;
    for table in &tables {
        let rename = |from: &str, to: &str| {
            worker.sql(|db| {
                db.execute_batch(&format!(
                    "PRAGMA legacy_alter_table = ON; ALTER TABLE {from} RENAME TO {to}"
                ))
            });
        };
        let gone = format!("{table}_gone");
        rename(table, &gone);
        for (method, path, body) in &calls {
            let headers = [
                ("cookie", cookie.as_str()),
                ("origin", worker.origin.as_str()),
                ("content-type", "application/json"),
            ];
            let answer = worker.send(method, path, &headers, body.as_bytes());
            let what =
                format!("{method} {path} without {table}: {} {}", answer.status, answer.text);
            for inside in ["SQLITE", "no such table", "_gone", "D1_ERROR", "edge/src"] {
                assert!(!answer.text.contains(inside), "{what}");
            }
            if answer.status >= 500 {
                failures += 1;
                assert!(answer.json()["request_id"].is_string(), "{what}");
            }
        }
        rename(&gone, table);
    }
    assert!(failures > tables.len(), "{failures}");
    assert_eq!(worker.submit("after", LEAD).status, 201, "and all is as before");
}
