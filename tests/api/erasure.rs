//! An erased person is nowhere, and comes back by a statement of their own alone (attack case 61).

use std::path::{Path, PathBuf};

use plumbline_e2e::resolver;
use plumbline_e2e::worker::{Answer, Worker};
use serde_json::{Value, json};

use super::{access, eventually};

/// What no other file of a deployment holds.
const MARK: &str = "zqxmarker";

struct Owner {
    worker: Worker,
    cookie: String,
}

impl Owner {
    fn call(&self, method: &str, path: &str, more: &[(&str, &str)], body: &Value) -> Answer {
        let mut headers = vec![
            ("cookie", self.cookie.as_str()),
            ("origin", self.worker.origin.as_str()),
            ("content-type", "application/json"),
        ];
        headers.extend(more);
        self.worker.send(method, path, &headers, body.to_string().as_bytes())
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.call("GET", path, &[], &Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.call("POST", path, &[], body);
        assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.text);
        answer.json()
    }

    fn indexed(&self, leads: i64) {
        eventually("search and keys follow", || {
            let query = "SELECT (SELECT count(*) FROM lead_search) = ?1 AND (SELECT seq FROM outbox_cursors WHERE consumer = 'lead_feed') = (SELECT max(seq) FROM events)";
            self.worker.sql(|db| db.query_row(query, [leads], |row| row.get(0)))
        });
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}

/// Where the mark stands in everything that a deployment keeps. Of a database every row of every table and
/// index counts, as a copy without freed pages has them: the platform allows nobody to overwrite those
/// (`PRAGMA secure_delete` is refused).
fn places(state: &Path) -> Vec<String> {
    let holds = |bytes: &[u8]| {
        let lower = bytes.to_ascii_lowercase();
        lower.windows(MARK.len()).any(|part| part == MARK.as_bytes())
    };
    let mut found = Vec::new();
    for file in files(state) {
        let name = file.to_string_lossy().into_owned();
        if name.ends_with("-wal") || name.ends_with("-shm") {
            continue;
        }
        let bytes = if name.ends_with(".sqlite") {
            let copy = std::env::temp_dir().join(format!("{}.erasure", super::unique("copy-")));
            drop(std::fs::remove_file(&copy));
            let database = rusqlite::Connection::open(&file).unwrap();
            database.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).unwrap();
            let bytes = std::fs::read(&copy).unwrap();
            std::fs::remove_file(&copy).unwrap();
            bytes
        } else {
            std::fs::read(&file).unwrap()
        };
        if holds(&bytes) {
            found.push(name);
        }
    }
    found
}

#[test]
fn nothing_of_an_erased_person_is_left_but_a_hash() {
    let (url, _) = resolver::start(0).unwrap();
    let worker = Worker::start(&url, &["--rate", "100000", "--lookups", "100000"]);
    let cookie = access::sign_in(&worker);
    let owner = Owner { worker, cookie };
    let email = format!("ada.{MARK}@good.co");
    let answers = json!({
        "name": format!("Ada {MARK}"), "email": email, "company": format!("{MARK} Ltd"),
        "need": format!("Call {MARK}"), "phone": "+49 30 901820",
    });
    let body = json!({ "answers": answers }).to_string();
    let sent = owner.worker.submit("the-fill", &body);
    assert_eq!(sent.status, 201, "{}", sent.text);
    let id = sent.json()["lead_id"].as_str().unwrap().to_owned();
    let other = json!({ "answers": { "name": format!("Ada {MARK}"), "email": format!("{MARK}@{MARK}.co") } });
    let second = owner.worker.submit("the-other-fill", &other.to_string()).json();
    let stranger = json!({ "answers": { "name": "Ben", "email": "ben@good.co" } }).to_string();
    assert_eq!(owner.worker.submit("a-stranger", &stranger).status, 201);
    // It is held, seen on a page, imported, bounced and merged.
    let mut trapped = json!({ "answers": answers });
    trapped["answers"]["website2"] = "x".into();
    assert_eq!(owner.worker.submit("trapped", &trapped.to_string()).status, 201);
    let view = json!({ "kind": "view", "page": { "page_url": format!("https://a.co/for/{email}"), "page_title": email, "referrer": "" } });
    owner.call("POST", "/api/v1/forms/demo/page-views", &[], &view);
    owner.indexed(3);
    let line =
        json!({ "line": 2, "answers": { "email": email, "job_title": format!("CTO {MARK}") } });
    let import =
        owner.post("/api/v1/imports", &json!({ "name": format!("{email}.csv"), "lines": 1 }));
    let import = import["id"].as_str().unwrap().to_owned();
    let imported =
        owner.post(&format!("/api/v1/imports/{import}/lines"), &json!({ "lines": [line] }));
    assert_eq!(imported["outcomes"][0]["action"], "update");
    let path = format!("/api/v1/leads/{id}");
    let version =
        |id: &str| owner.get(&format!("/api/v1/leads/{id}"))["lead"]["summary"]["version"].clone();
    let tag = format!("\"{}\"", version(&id));
    let bounced = owner.call(
        "PATCH",
        &path,
        &[("if-match", &tag)],
        &json!({ "mailbox": "bounced", "note": format!("Wrote to {MARK}") }),
    );
    assert_eq!(bounced.json()["suppressed"], "bounced", "{}", bounced.text);
    let second = second["lead_id"].as_str().unwrap();
    let merge = json!({ "leads": [{ "id": id, "version": version(&id) }, { "id": second, "version": version(second) }], "from_other": {} });
    owner.post("/api/v1/merges", &merge);
    // The other address was kept beside it, and is as good as the first.
    assert_eq!(owner.get(&path)["suppressed"], "bounced");
    owner.indexed(2);
    let row = owner.get("/api/v1/backup/leads")["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row.as_str().unwrap().contains(MARK))
        .cloned()
        .unwrap();
    assert!(places(owner.worker.state()).iter().any(|place| place.contains("d1")));

    assert_eq!(owner.call("DELETE", &path, &[], &Value::Null).status, 204);
    owner.indexed(1);
    eventually("nothing is left", || places(owner.worker.state()).is_empty());
    let hashes: i64 =
        owner.worker.sql(|db| db.query_row("SELECT count(*) FROM erased", [], |row| row.get(0)));
    assert!(hashes >= 4, "two mailboxes and two form fills: {hashes}");
    // A replay says nothing new, a file is refused with the reason, and a state file leaves them out.
    for (key, body) in [("the-fill", body.as_str()), ("the-other-fill", &other.to_string())] {
        let replay = owner.worker.submit(key, body);
        assert_eq!(replay.status, 200, "{}", replay.text);
    }
    let again = owner.post("/api/v1/import-checks", &json!({ "lines": [line] }));
    let outcome = &again["outcomes"][0];
    assert_eq!(
        (&outcome["action"], &outcome["doubts"][0]["kind"]),
        (&"error".into(), &"erased".into())
    );
    let back = owner.post("/api/v1/backup/leads", &json!({ "rows": [row] }));
    assert_eq!(back["left_out"], json!([{ "number": 0, "column": "erased" }]));
    assert_eq!(places(owner.worker.state()), Vec::<String>::new());
    // What they send themselves is taken, and no mail reaches them still.
    let anew = owner.worker.submit("a-new-fill", &body);
    assert_eq!(anew.status, 201, "{}", anew.text);
    let anew = anew.json()["lead_id"].as_str().unwrap().to_owned();
    assert_eq!(owner.get(&format!("/api/v1/leads/{anew}"))["suppressed"], "bounced");
}

#[test]
fn addresses_of_before_are_hashed_and_still_known() {
    let worker = Worker::start("http://127.0.0.1:9/dns-query", &[]);
    let cookie = access::sign_in(&worker);
    let owner = Owner { worker, cookie };
    owner.worker.sql(|db| {
        db.execute_batch(
            "INSERT INTO plain_suppressions VALUES ('old@acme.co', 'unsubscribed', 1, '')",
        )
    });
    let asked = || {
        let mailboxes = json!({ "mailboxes": ["old@acme.co", "new@acme.co"] });
        owner.post("/api/v1/suppression-checks", &mailboxes)["suppressed"].clone()
    };
    assert_eq!(asked(), json!({ "old@acme.co": "unsubscribed" }));
    let tick = owner.worker.send("GET", "/cdn-cgi/local/scheduled?cron=*+*+*+*+*", &[], b"");
    assert_eq!(tick.status, 200);
    eventually("they are hashed", || {
        let query = "SELECT count(*) FROM plain_suppressions";
        owner.worker.sql(|db| db.query_row(query, [], |row| row.get::<_, i64>(0))) == 0
    });
    assert_eq!(asked(), json!({ "old@acme.co": "unsubscribed" }));
    let rows = owner.get("/api/v1/backup/suppressions")["rows"].to_string();
    assert!(!rows.contains("acme"), "{rows}");
    // A state file of before holds addresses; they are hashed as they come back.
    let row = json!(["then@acme.co", "bounced", 1, ""]).to_string();
    let back = owner.post("/api/v1/backup/suppressions", &json!({ "rows": [row] }));
    assert_eq!(back["left_out"], json!([]));
    let then = json!({ "mailboxes": ["then@acme.co"] });
    let found = owner.post("/api/v1/suppression-checks", &then);
    assert_eq!(found["suppressed"], json!({ "then@acme.co": "bounced" }));
}
