//! Doors that were found open once, each closed.

use plumbline_e2e::worker::{Answer, Worker};

use super::{access, eventually, owner, shared, unique};

const NO_RESOLVER: &str = "http://127.0.0.1:9/dns-query";

fn form_post(worker: &Worker, body: &str) -> Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    worker.send("POST", "/api/v1/forms/demo/submissions", &headers, body.as_bytes())
}

#[test]
fn no_tool_of_the_runtime_answers_and_no_other_user_reads_the_state() {
    let worker = Worker::start(NO_RESOLVER, &[]);
    let sql = br#"{"sql":"SELECT email FROM leads"}"#;
    let id = "00000000-0000-0000-0000-000000000001";
    for path in [
        format!("/cdn-cgi/explorer/api/d1/database/{id}/raw"),
        "/cdn-cgi/explorer".to_owned(),
        "/cdn-cgi/explorer/api".to_owned(),
    ] {
        let headers = [("content-type", "application/json")];
        assert_eq!(worker.send("POST", &path, &headers, sql).status, 404, "{path}");
        assert_eq!(worker.send("GET", &path, &[], b"").status, 404, "{path}");
    }
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(worker.state()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(worker.send("GET", "/api/v1/leads?q=zyxquark", &[], b"").status, 401);
    assert!(!worker.state().join("data/v3/observability").exists());
}

#[test]
fn a_filled_trap_answers_as_a_lead_does() {
    // Attack case 28.
    let submit = |key: &str, trap: &str, more: &str| {
        let body = format!(
            r#"{{"answers":{{"name":"Trap","email":"trap@good.co",{more}"website2":"{trap}"}}}}"#
        );
        let answer = shared().worker.submit(key, &body);
        (answer.status, answer.json()["lead_id"].clone(), answer.json()["next_step"].clone())
    };
    let strong = r#""role":"decision_maker","company_size":"51-200","timing":"now","#;
    for more in ["", strong] {
        let (real, held) = (unique("real-"), unique("held-"));
        let answers = |key: &str, trap: &str| [submit(key, trap, more), submit(key, trap, more)];
        let [first, again] = answers(&real, "");
        let [held_first, held_again] = answers(&held, "x");
        assert_eq!((first.0, again.0), (held_first.0, held_again.0));
        assert_eq!((held_first.0, held_again.0), (201, 200));
        assert_eq!(held_first.1, held_again.1, "the same id");
        assert_eq!(first.2, held_first.2, "the same next step");
    }
}

#[test]
fn what_is_held_is_cut_and_listed_to_its_end() {
    let worker = Worker::start(NO_RESOLVER, &["--rate", "100000"]);
    let long = "x".repeat(20_000);
    for number in 0..130 {
        let body = format!(
            r#"{{"answers":{{"name":"Held {number}","email":"h@good.co","website2":"x"}},"page":{{"page_url":"https://a.co/{long}","page_title":"{long}","referrer":""}}}}"#
        );
        assert_eq!(worker.submit(&format!("held-{number}"), &body).status, 201);
    }
    let bearer = format!("Bearer {}", worker.api_key("leads:read"));
    let list = |after: &str| {
        let path = format!("/api/v1/quarantine{after}");
        let answer = worker.send("GET", &path, &[("authorization", bearer.as_str())], b"");
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    };
    let first = list("");
    let held = first["submissions"].as_array().unwrap();
    assert_eq!((held.len(), &first["has_older"]), (100, &true.into()));
    assert!(held.iter().all(|one| one["page_url"].as_str().unwrap().len() <= 500));
    let older = list(&format!("?after={}", held[99]["id"].as_str().unwrap()));
    assert_eq!(older["submissions"].as_array().unwrap().len(), 30);
    assert_eq!(
        (&older["has_older"], &older["submissions"][29]["answers"]["name"]),
        (&false.into(), &"Held 0".into())
    );
}

#[test]
fn a_field_named_twice_and_a_wrong_place_are_refused() {
    // Attack case 15, and a 500 that was none of the database's.
    let twice = form_post(&shared().worker, "name=Ada&email=a@good.co&email=b@good.co");
    assert_eq!(twice.status, 400);
    assert!(twice.text.contains("value=\"Ada\""), "what was typed is still there");
    for after in ["'", "x", "{}", "[", "%22%22"] {
        let answer = access::as_owner("GET", &format!("/api/v1/backup/leads?after={after}"), "");
        assert_eq!(answer.status, 422, "{after}: {}", answer.text);
    }
}

#[test]
fn a_preflight_mirrors_sites_alone() {
    let ask = |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        shared().worker.send("OPTIONS", "/api/v1/domain-checks", &headers, b"")
    };
    for origin in ["https://www.acme.co", "http://localhost:3000", "null"] {
        assert_eq!(ask(origin).header("access-control-allow-origin"), Some(origin));
    }
    for origin in ["*", "https://a.co/path", "javascript:1", "evil", ""] {
        let answer = ask(origin);
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (403, None),
            "{origin}"
        );
    }
}

#[test]
fn links_cannot_be_guessed_and_nothing_that_ended_is_kept() {
    // Attack case 41.
    let worker = Worker::start(NO_RESOLVER, &[]);
    let headers = [("content-type", "application/json"), ("origin", worker.origin.as_str())];
    let guess =
        || worker.send("POST", "/api/v1/sessions", &headers, br#"{"token":"guess"}"#).status;
    let answers: Vec<u16> = (0..11).map(|_| guess()).collect();
    assert_eq!(answers[..10], [401; 10]);
    assert_eq!(answers[10], 429);
    worker.sql(|db| db.execute_batch("INSERT INTO sessions VALUES ('ended', 1, 2); INSERT INTO sign_in_links VALUES ('old', 1, NULL)"));
    assert_eq!(worker.send("GET", "/cdn-cgi/local/scheduled?cron=*+*+*+*+*", &[], b"").status, 200);
    eventually("both are forgotten", || {
        worker.sql(|db| {
            let query = "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM sign_in_links WHERE token_hash = 'old')";
            db.query_row(query, [], |row| row.get::<_, i64>(0))
        }) == 0
    });
}

#[test]
fn pages_of_sites_that_nobody_listed_are_not_counted() {
    let path = format!("/{}", unique("made-up-"));
    let person = format!("/{}/ada@acme.co", unique("p-"));
    let view = |origin: &str, path: &str| {
        let body = format!(
            r#"{{"kind":"view","page":{{"page_url":"https://x.co{path}","page_title":"T","referrer":""}}}}"#
        );
        let headers = [("content-type", "text/plain"), ("origin", origin)];
        let sent = shared().worker.send(
            "POST",
            "/api/v1/forms/demo/page-views",
            &headers,
            body.as_bytes(),
        );
        assert_eq!(sent.status, 204, "{}", sent.text);
    };
    view("https://junk.example", &path);
    view(&shared().worker.origin.clone(), &person);
    let paths: Vec<String> = shared().worker.sql(|db| {
        let mut rows = db.prepare("SELECT page_path FROM page_counts")?;
        rows.query_map([], |row| row.get(0))?.collect()
    });
    assert!(!paths.contains(&path) && paths.iter().all(|path| !path.contains('@')));
    assert!(paths.iter().any(|path| path.ends_with("/…")), "{paths:?}");
    assert_eq!(owner("GET", "/api/v1/overview").status, 200);
}

#[test]
fn a_flood_is_held_then_refused_and_costs_what_is_known() {
    // Attack case 63: one network may store and hold so many in a day, whatever it sends.
    let worker = Worker::start(NO_RESOLVER, &["--rate", "100000", "--quota", "5"]);
    let send = |network: u8, number: u32| {
        let body =
            format!(r#"{{"answers":{{"name":"Flood {number}","email":"f{number}@good.co"}}}}"#);
        let key = format!("flood-{network}-{number}");
        let address = format!("203.0.{network}.9");
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", key.as_str()),
            ("cf-connecting-ip", address.as_str()),
        ];
        worker.send("POST", "/api/v1/forms/demo/submissions", &headers, body.as_bytes()).status
    };
    let count = |table: &str| -> i64 {
        let query = format!("SELECT count(*) FROM {table}");
        worker.sql(|db| db.query_row(&query, [], |row| row.get(0)))
    };
    let answers: Vec<u16> = (0..15).map(|number| send(1, number)).collect();
    assert_eq!(answers[..10], [201; 10]);
    assert_eq!(answers[10..], [429; 5]);
    assert_eq!((count("leads"), count("quarantine")), (5, 5));
    // What was stored or held is answered as before, and another network has room still.
    assert_eq!([send(1, 0), send(1, 7)], [200, 200]);
    assert_eq!(send(2, 0), 201);
    // The form as a whole has room for ten.
    let rest: Vec<u16> = (3..9)
        .flat_map(|network| (0..3).map(move |number| (network, number)))
        .map(|(network, number)| send(network, number))
        .collect();
    assert_eq!((rest[..9].to_vec(), rest[9..].to_vec()), (vec![201; 9], vec![429; 9]));
    assert_eq!((count("leads"), count("quarantine")), (10, 10));
    assert_eq!(send(30, 0), 429);
    let bearer = format!("Bearer {}", worker.api_key("leads:read"));
    let today = worker.send("GET", "/api/v1/today", &[("authorization", bearer.as_str())], b"");
    assert_eq!(today.json()["held_today"], 10, "{}", today.text);
}
