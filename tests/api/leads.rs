//! The owner's leads: found, sorted, moved, erased, counted.

use super::{eventually, lead, shared, stored, unique};
use plumbline_e2e::worker::{Answer, Worker};

fn send(method: &str, path: &str, version: Option<&str>, body: &str) -> Answer {
    let bearer = format!("Bearer {}", shared().key);
    let mut headers =
        vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
    headers.extend(version.map(|version| ("if-match", version)));
    shared().worker.send(method, path, &headers, body.as_bytes())
}

fn ids(query: &str) -> Vec<String> {
    let page = send("GET", &format!("/api/v1/leads?{query}"), None, "").json();
    page["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| lead["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn words_find_a_lead_within_seconds() {
    let word = unique("Quartz");
    let id = stored(&format!(
        r#"{{"answers":{{"name":"Zoë {word}","email":"z@good.co","phone":"+49 30 7654321"}}}}"#
    ));
    eventually("the lead is indexed", || ids(&format!("q={word}")) == [id.clone()]);
    for query in
        [format!("q=zoe%20{}", word.to_lowercase()), format!("q={word}&stage=marketing_qualified")]
    {
        assert_eq!(ids(&query), std::slice::from_ref(&id), "{query}");
    }
    assert!(ids(&format!("q={word}&stage=customer")).is_empty());
    assert!(ids(&format!("q={word}&cell=A1")).is_empty());
    let moved =
        send("PATCH", &format!("/api/v1/leads/{id}"), Some("\"1\""), r#"{"stage":"customer"}"#);
    assert_eq!(moved.status, 200, "{}", moved.text);
    eventually("the new stage is indexed", || {
        ids(&format!("q={word}&stage=customer")) == [id.clone()]
    });
}

#[test]
fn a_change_names_the_version_it_was_made_from() {
    let id = stored(r#"{"answers":{"name":"Moves","email":"m@good.co"}}"#);
    let path = format!("/api/v1/leads/{id}");
    assert_eq!(send("PATCH", &path, None, r#"{"note":"x"}"#).status, 428);
    let first = send("PATCH", &path, Some("\"1\""), r#"{"stage":"opportunity","note":"Called"}"#);
    assert_eq!(first.status, 200, "{}", first.text);
    let first = first.json();
    assert_eq!(
        (&first["lead"]["summary"]["version"], &first["lead"]["details"]["note"]),
        (&2.into(), &"Called".into())
    );
    assert_eq!(first["events"].as_array().unwrap().len(), 3);
    assert_eq!(send("PATCH", &path, Some("\"1\""), r#"{"note":"late"}"#).status, 412);
    let illegal = send("PATCH", &path, Some("\"2\""), r#"{"stage":"subscriber"}"#);
    assert_eq!(
        (illegal.status, &illegal.json()["errors"][0]["rule"]["code"]),
        (422, &"illegal_stage".into())
    );
    assert_eq!(send("PATCH", &path, Some("\"2\""), r#"{"fit":100}"#).status, 400);
    assert_eq!(
        send("PATCH", &path, Some("\"2\""), &format!(r#"{{"note":"{}"}}"#, "x".repeat(2_001)))
            .status,
        422
    );
    let record = send("GET", &path, None, "");
    assert_eq!(record.header("etag"), Some("\"2\""));
    assert_eq!(lead(&id)["summary"]["stage"], "opportunity");
}

#[test]
fn an_erased_lead_is_nowhere() {
    let word = unique("Erasable");
    let id = stored(&format!(r#"{{"answers":{{"name":"{word}","email":"{word}@good.co"}}}}"#));
    eventually("the lead is indexed", || ids(&format!("q={word}")) == [id.clone()]);
    let path = format!("/api/v1/leads/{id}");
    assert_eq!(send("DELETE", &path, None, "").status, 204);
    assert_eq!(
        (send("GET", &path, None, "").status, send("DELETE", &path, None, "").status),
        (404, 404)
    );
    assert!(ids(&format!("q={word}")).is_empty());
    let traces: i64 = shared().worker.sql(|db| {
        db.query_row(
            "SELECT (SELECT count(*) FROM leads WHERE name = ?1) + (SELECT count(*) FROM lead_search WHERE body LIKE '%' || ?1 || '%') + (SELECT count(*) FROM events WHERE kind LIKE '%' || ?1 || '%')",
            [&word],
            |row| row.get(0),
        )
    });
    assert_eq!(traces, 0);
}

#[test]
fn a_page_reads_what_it_shows_at_any_size() {
    // PERFORMANCE §C3: fifty of many thousands, wherever in the list.
    let worker = Worker::start("http://127.0.0.1:9/dns-query", &["--seed", "20000"]);
    let key = worker.api_key("leads:read");
    let bearer = format!("Bearer {key}");
    let get = |path: &str| worker.send("GET", path, &[("authorization", &bearer)], b"");
    let read = |answer: &Answer| -> u32 {
        let timing = answer.header("server-timing").unwrap().to_owned();
        // The key itself is one more look-up.
        timing.split("read=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap()
    };
    for query in [
        "sort=newest",
        "sort=priority",
        "sort=priority&cell=B2",
        "stage=customer",
        "source=email&cell=B2",
        "q=keller",
    ] {
        let first = get(&format!("/api/v1/leads?{query}&limit=50"));
        assert_eq!(first.json()["leads"].as_array().unwrap().len(), 50, "{query}");
        let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
        let second = get(&format!("/api/v1/leads?{query}&limit=50&cursor={cursor}"));
        let allowed = if query.starts_with("sort") { 53 } else { 160 };
        assert!(
            read(&first) <= allowed && read(&second) <= allowed,
            "{query}: {} {}",
            read(&first),
            read(&second)
        );
        let (a, b) = (first.json(), second.json());
        let ids = |page: &serde_json::Value| {
            page["leads"]
                .as_array()
                .unwrap()
                .iter()
                .map(|l| l["id"].to_string())
                .collect::<Vec<_>>()
        };
        assert!(ids(&a).iter().all(|id| !ids(&b).contains(id)), "{query}: pages overlap");
    }
    let filtered = get("/api/v1/leads?sort=priority&stage=customer&limit=50");
    assert!(read(&filtered) <= 501 && !filtered.json()["leads"].as_array().unwrap().is_empty());
    assert_eq!(
        get("/api/v1/leads").header("server-timing").map(|t| t.contains("trips=2")),
        Some(true)
    );
    // The counts are the table's, after any history.
    let overview = get("/api/v1/overview?days=90").json();
    let counted: i64 =
        overview["counts"].as_array().unwrap().iter().map(|c| c["count"].as_i64().unwrap()).sum();
    let (leads, sum): (i64, i64) = worker.sql(|db| {
        db.query_row(
            "SELECT (SELECT count(*) FROM leads), (SELECT sum(leads) FROM daily_counts)",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
    });
    assert_eq!((leads, sum), (20_000, 20_000));
    // The book goes further back than the overview.
    assert!(counted > 8_000 && counted < 20_000, "{counted}");
}

#[test]
fn an_old_address_is_looked_at_again_by_the_clock() {
    let (resolver, _) = plumbline_e2e::resolver::start(0).unwrap();
    let worker = Worker::start(&resolver, &["--rate", "1000000"]);
    let bearer = format!("Bearer {}", worker.api_key("leads:read,leads:write"));
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let send =
        |method: &str, path: &str, body: &str| worker.send(method, path, &headers, body.as_bytes());
    let import = send("POST", "/api/v1/imports", r#"{"name":"old.csv","lines":3}"#).json();
    let path = format!("/api/v1/imports/{}/lines", import["id"].as_str().unwrap());
    let lines = r#"{"lines":[{"line":2,"answers":{"email":"ada@good.co"}},{"line":3,"answers":{"email":"ben@nx.co"}},{"line":4,"answers":{"name":"Cy"}}]}"#;
    let made = send("POST", &path, lines).json();
    let id = |place: usize| made["outcomes"][place]["lead_id"].as_str().unwrap().to_owned();
    let verdict = |place: usize| -> String {
        let record = send("GET", &format!("/api/v1/leads/{}", id(place)), "").json();
        record["lead"]["summary"]["verdict"].as_str().unwrap().to_owned()
    };
    let clock = || worker.send("GET", "/cdn-cgi/local/scheduled?cron=*+*+*+*+*", &[], b"");
    clock();
    assert_eq!((verdict(0), verdict(1)), ("unknown".into(), "unknown".into()), "it is too soon");
    worker.sql(|db| {
        let old = "UPDATE leads SET details = json_set(details, '$.assessment.checked_at', '2020-01-01T00:00:00.000Z')";
        db.execute(old, [])
    });
    eventually("the clock looked at both", || {
        clock();
        verdict(0) == "deliverable" && verdict(1) == "undeliverable"
    });
    let record = send("GET", &format!("/api/v1/leads/{}", id(1)), "").json();
    let told =
        serde_json::json!({ "address.rechecked": { "from": "unknown", "to": "undeliverable" } });
    assert!(record["events"].as_array().unwrap().iter().any(|event| event["kind"] == told));
    let overview = send("GET", "/api/v1/overview?days=7", "").json();
    let mut counts = overview["rechecks"].as_array().unwrap().clone();
    counts.sort_by_key(ToString::to_string);
    let count =
        |after: &str| serde_json::json!({ "before": "unknown", "after": after, "leads": 1 });
    assert_eq!(counts, [count("deliverable"), count("undeliverable")]);
}

#[test]
fn a_mailbox_is_known_by_what_happened_to_it() {
    let word = unique("boxed").to_lowercase();
    let id = stored(&format!(r#"{{"answers":{{"name":"Bo","email":"bo@{word}.co"}}}}"#));
    let path = format!("/api/v1/leads/{id}");
    let replied = send("PATCH", &path, Some("\"1\""), r#"{"mailbox":"replied"}"#);
    assert_eq!(replied.status, 200, "{}", replied.text);
    assert_eq!(replied.json()["lead"]["details"]["assessment"]["mailbox"], "replied");
    let bounced = send("PATCH", &path, Some("\"2\""), r#"{"mailbox":"bounced"}"#);
    assert_eq!(bounced.json()["suppressed"], "bounced");
    let record = send("GET", &path, None, "").json();
    assert_eq!(
        (&record["suppressed"], &record["lead"]["details"]["assessment"]["mailbox"]),
        (&"bounced".into(), &"bounced".into())
    );
    assert_eq!(send("PATCH", &path, Some("\"3\""), r#"{"mailbox":"verified"}"#).status, 400);
}

#[test]
fn sales_accepts_a_lead_or_sends_it_back_for_a_reason() {
    let word = unique("handed");
    let id = stored(&format!(
        r#"{{"answers":{{"name":"{word}","email":"{word}@good.co","role":"decision_maker","timing":"now","company_size":"51-200"}}}}"#
    ));
    let path = format!("/api/v1/leads/{id}");
    let change =
        |version: u32, body: &str| send("PATCH", &path, Some(&format!("\"{version}\"")), body);
    assert_eq!(lead(&id)["summary"]["stage"], "marketing_qualified");
    assert_eq!(change(1, r#"{"stage":"sales_qualified"}"#).status, 200, "accepted");
    // Nobody sends a lead back without a word.
    let silent = change(2, r#"{"stage":"lead"}"#);
    assert_eq!((silent.status, &silent.json()["errors"][0]["field"]), (422, &"rejection".into()));
    assert_eq!(change(2, r#"{"rejection":{"reason":"because"}}"#).status, 400);
    let wake_at = "2030-02-01T00:00:00.000Z";
    let back =
        change(2, &format!(r#"{{"rejection":{{"reason":"no_budget","wake_at":"{wake_at}"}}}}"#));
    assert_eq!(back.status, 200, "{}", back.text);
    let record = back.json();
    assert_eq!(record["lead"]["summary"]["stage"], "lead");
    let rejection = &record["lead"]["details"]["rejection"];
    assert_eq!(
        (&rejection["reason"], &rejection["wake_at"]),
        (&"no_budget".into(), &wake_at.into())
    );
    let told =
        record["events"].as_array().unwrap().last().unwrap()["kind"]["handoff.rejected"].clone();
    assert_eq!((&told["from"], &told["reason"]), (&"sales_qualified".into(), &"no_budget".into()));
    let today = |id: &str| {
        let listed = send("GET", "/api/v1/today", None, "").json();
        listed["leads"].as_array().unwrap().iter().any(|one| one["lead"]["id"] == id)
    };
    assert!(!today(&id), "it is left alone until the day");
    // Looked at again it can be put off again, and comes back on the day.
    let both = r#"{"stage":"opportunity","rejection":{"reason":"other"}}"#;
    assert_eq!(change(3, both).status, 422, "one or the other");
    let past = r#"{"rejection":{"reason":"bad_timing","wake_at":"2020-02-01T00:00:00.000Z"}}"#;
    assert_eq!(change(3, past).json()["errors"][0]["field"], "rejection.wake_at", "long ago");
    let now = super::qualification::days_from_now(0);
    let due = format!(r#"{{"rejection":{{"reason":"bad_timing","wake_at":"{now}"}}}}"#);
    assert_eq!(change(3, &due).status, 200);
    assert!(today(&id), "the day has come");
    // Forward again the rejection is forgotten.
    assert_eq!(change(4, r#"{"stage":"opportunity"}"#).status, 200);
    assert_eq!(lead(&id)["details"].get("rejection"), None);
}
