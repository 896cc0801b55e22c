//! A visitor sends a form.

use super::{lead, owner, shared, stored, unique};

const BEST: &str = r#"{"answers":{"name":"Ada Weiss","email":"ada@good.co","phone":"+49 30 901820","company":"Acme","role":"decision_maker","company_size":"51-200","country":"DE","need":"One place\nfor all","timing":"now","consent":"yes"},"page":{"page_url":"https://acme.co/?utm_source=google&utm_medium=cpc&utm_campaign=Brand","page_title":"Acme","referrer":""}}"#;

#[test]
fn a_submission_is_checked_scored_and_explained() {
    let lead = lead(&stored(BEST));
    let (row, details) = (&lead["summary"], &lead["details"]);
    assert_eq!((row["cell"].as_str(), row["fit"].as_i64()), (Some("A1"), Some(85)));
    assert_eq!(
        (row["stage"].as_str(), row["source"].as_str()),
        (Some("marketing_qualified"), Some("paid_search"))
    );
    assert_eq!(details["attribution"]["utm_campaign"], "Brand");
    assert_eq!(details["answers"]["need"], "One place\nfor all");
    assert_eq!(
        (&details["assessment"]["verdict"], &details["assessment"]["mailbox"]),
        (&"deliverable".into(), &"unverified".into())
    );
    let sum = |dimension: &str| -> i64 {
        let reasons = details["score"]["reasons"].as_array().unwrap();
        reasons
            .iter()
            .filter(|r| r["dimension"] == dimension)
            .map(|r| r["points"].as_i64().unwrap())
            .sum()
    };
    assert_eq!((sum("fit"), sum("engagement")), (85, 50));
}

#[test]
fn storing_costs_one_round_trip_and_nine_rows_and_a_replay_none() {
    let worker = &shared().worker;
    let key = unique("cost-");
    // The first look at form and domain may read them; the second submission is the usual one.
    stored(BEST);
    let first = worker.submit(&key, BEST);
    let again = worker.submit(&key, BEST);
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.text, again.text);
    assert_eq!(first.header("server-timing"), Some("d1;desc=\"trips=1 read=9 written=9\""));
    let cost = again.header("server-timing").unwrap();
    assert!(cost.contains("trips=2 ") && cost.contains("written=0"), "{cost}");
}

#[test]
fn a_hundred_at_once_under_one_key_store_one_lead() {
    // Attack case 24.
    let key = unique("burst-");
    let ids: Vec<String> = std::thread::scope(|scope| {
        let sends: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| shared().worker.submit(&key, BEST).json()["lead_id"].to_string())
            })
            .collect();
        sends.into_iter().map(|send| send.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]));
    let count: i64 = shared().worker.sql(|db| {
        db.query_row("SELECT count(*) FROM leads WHERE idempotency_key = ?1", [&key], |row| {
            row.get(0)
        })
    });
    assert_eq!(count, 1);
}

#[test]
fn a_key_belongs_to_its_answers() {
    // Attack cases 25 and 26.
    let worker = &shared().worker;
    let key = unique("reused-");
    let first = worker.submit(&key, r#"{"answers":{"name":"First","email":"a@good.co"}}"#);
    let other = worker.submit(&key, r#"{"answers":{"name":"Second","email":"a@good.co"}}"#);
    assert_eq!((first.status, other.status), (201, 422));
    assert_eq!(other.json()["code"], "idempotency_key_reused");
    let id = first.json()["lead_id"].as_str().unwrap().to_owned();
    assert_eq!(lead(&id)["summary"]["name"], "First");
    for bad in [" ".repeat(3), "k".repeat(256), "a b".to_owned()] {
        let answer = worker.submit(&bad, BEST);
        assert_eq!(answer.status, 400, "{bad:?}");
        assert_eq!(answer.json()["code"], "invalid_idempotency_key");
    }
    assert_eq!(worker.submit(&"k".repeat(255), BEST).status, 201);
}

#[test]
fn one_key_on_two_forms_makes_two_leads() {
    // Attack case 26: the key counts within its form.
    let worker = &shared().worker;
    let id = unique("other-");
    worker.sql(|db| {
        db.execute("INSERT INTO forms (id, definition, updated_at) SELECT ?1, json_set(definition, '$.id', ?1), 0 FROM forms WHERE id = 'demo'", [&id])
    });
    let key = unique("shared-");
    let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
    let send = |form: &str| {
        worker.send("POST", &format!("/api/v1/forms/{form}/submissions"), &headers, BEST.as_bytes())
    };
    let (demo, other) = (send("demo"), send(&id));
    assert_eq!((demo.status, other.status), (201, 201));
    assert_ne!(demo.json()["lead_id"], other.json()["lead_id"]);
}

#[test]
fn a_plain_form_post_needs_no_script() {
    let worker = &shared().worker;
    let page = worker.send("GET", "/f/demo", &[], b"");
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<form") && page.text.contains("name=\"idempotency_key\" value=\""));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let key = unique("plain-");
    let body = format!(
        "name=Zo%C3%AB+Berg&email=zoe%40good.co&role=decision_maker&idempotency_key={key}&extra=1"
    );
    let path = "/api/v1/forms/demo/submissions";
    let sent = worker.send("POST", path, &form, body.as_bytes());
    assert_eq!((sent.status, sent.header("location")), (303, Some("/f/demo/thanks")));
    assert_eq!(worker.send("POST", path, &form, body.as_bytes()).status, 303);
    let thanks = worker.send("GET", "/f/demo/thanks", &[], b"");
    assert!(thanks.text.contains("Thank you") && thanks.text.contains("href=\"/f/demo\""));
    let names: i64 = worker.sql(|db| {
        db.query_row("SELECT count(*) FROM leads WHERE name = 'Zoë Berg'", [], |r| r.get(0))
    });
    assert_eq!(names, 1);
}

#[test]
fn a_refused_form_post_keeps_everything_typed() {
    let worker = &shared().worker;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body =
        b"name=%3Cb%3EAda&email=ada%40nowhere&need=keep+me&timing=now&idempotency_key=refused-1";
    let sent = worker.send("POST", "/api/v1/forms/demo/submissions", &form, body);
    assert_eq!(sent.status, 422);
    for kept in [
        "value=\"&lt;b&gt;Ada\"",
        "value=\"ada@nowhere\"",
        ">keep me</textarea>",
        "<option value=\"now\" selected>",
        "value=\"refused-1\"",
        "needs an ending",
    ] {
        assert!(sent.text.contains(kept), "{kept}");
    }
}

#[test]
fn a_filled_trap_gets_a_receipt_and_waits_in_quarantine() {
    // Attack case 28.
    let worker = &shared().worker;
    let trapped = || {
        let page = r#"{"page_url":"https://www.acme.co/?utm_source=news&utm_medium=email"}"#;
        let body = format!(
            r#"{{"answers":{{"name":"{}","email":"a@good.co","website2":"x"}},"page":{page}}}"#,
            unique("Bot ")
        );
        let answer = worker.submit(&unique("trap-"), &body);
        assert_eq!(answer.status, 201);
        answer.json()["lead_id"].as_str().unwrap().to_owned()
    };
    let held = |id: &str| {
        let list = owner("GET", "/api/v1/quarantine").json();
        let found = list["submissions"].as_array().unwrap().iter().find(|one| one["id"] == id);
        found.cloned()
    };
    let id = trapped();
    assert_eq!(owner("GET", &format!("/api/v1/leads/{id}")).status, 404);
    assert_eq!(held(&id).unwrap()["reason"], "trap_filled");
    let release = format!("/api/v1/quarantine/{id}/release");
    assert_eq!(worker.send("POST", &release, &[], b"").status, 401);
    // Released it is what it would have been: under the id of its receipt, from where it came.
    let released = owner("POST", &release);
    assert_eq!((released.status, released.json()["lead_id"].as_str()), (201, Some(id.as_str())));
    assert_eq!(lead(&id)["summary"]["source"], "email");
    assert_eq!(held(&id), None);
    assert_eq!(owner("POST", &release).status, 404);
    let other = trapped();
    let discard = || owner("DELETE", &format!("/api/v1/quarantine/{other}")).status;
    assert_eq!((discard(), discard()), (204, 404));
    assert_eq!((held(&other), owner("GET", &format!("/api/v1/leads/{other}")).status), (None, 404));
}

#[test]
fn the_browsers_score_is_only_noted() {
    // Attack case 10.
    let tampered = r#"{"answers":{"name":"T","email":"t@good.co","role":"student"},"client_score":{"fit":100,"engagement":100}}"#;
    let honest = r#"{"answers":{"name":"H","email":"h@good.co","role":"student"},"client_score":{"fit":-30,"engagement":50}}"#;
    let unreadable =
        r#"{"answers":{"name":"U","email":"u@good.co","role":"student"},"client_score":"A1"}"#;
    let sent = |body| {
        let answer = shared().worker.submit(&unique("claimed-"), body);
        assert_eq!(answer.status, 201, "{}", answer.text);
        let receipt = answer.json();
        (receipt["next_step"].clone(), lead(receipt["lead_id"].as_str().unwrap()))
    };
    let (step, honest) = sent(honest);
    assert_eq!(honest["summary"]["fit"], -20);
    assert_eq!(honest["details"]["client_score_differs"], false);
    for body in [tampered, unreadable] {
        let (step_of_other, other) = sent(body);
        assert_eq!(other["details"]["client_score_differs"], true);
        assert_eq!(step_of_other, step);
        for part in ["fit", "engagement", "cell", "stage"] {
            assert_eq!(other["summary"][part], honest["summary"][part], "{part}");
        }
        let reasons = |lead: &serde_json::Value| lead["details"]["score"]["reasons"].clone();
        assert_eq!(reasons(&other), reasons(&honest));
    }
}

#[test]
fn views_are_counted_by_page_and_inert() {
    // Attack case 3.
    let worker = &shared().worker;
    let path = format!("/{}", unique("page-"));
    let body = serde_json::json!({
        "kind": "view",
        "page": { "page_url": format!("https://acme.co{path}?x=<script>"), "page_title": format!("<script>alert(1)</script>{}", "t".repeat(500)), "referrer": "" }
    });
    let send = |body: &str| {
        worker.send(
            "POST",
            "/api/v1/forms/demo/page-views",
            &[("content-type", "text/plain;charset=UTF-8")],
            body.as_bytes(),
        )
    };
    assert_eq!(send(&body.to_string()).status, 204);
    assert_eq!(send(&body.to_string().replace("\"view\"", "\"start\"")).status, 204);
    let (title, views, starts): (String, i64, i64) = worker.sql(|db| {
        db.query_row(
            "SELECT page_title, views, starts FROM page_counts WHERE page_path = ?1",
            [&path],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
    });
    assert_eq!((title.chars().count(), views, starts), (200, 1, 1));
    assert_eq!(send("[]").status, 400);
}

#[test]
fn a_number_is_read_by_its_numbering_plan() {
    let phone = |country: &str, number: &str| {
        let answers = serde_json::json!({
            "name": "Ada", "email": "ada@good.co", "country": country, "phone": number,
        });
        let id = stored(&serde_json::json!({ "answers": answers }).to_string());
        let found = lead(&id);
        assert_eq!(found["details"]["answers"]["phone"], number, "kept as it was typed");
        found["details"]["phone"].clone()
    };
    let found = phone("GB", "020 7946 0958 ext. 12");
    assert_eq!(found["e164"], "+442079460958");
    assert_eq!((&found["kind"], &found["extension"]), (&"fixed_line".into(), &"12".into()));
    assert_eq!(phone("GB", "+49 30 901820")["region"], "DE", "a number may be from elsewhere");
    // A doubtful number is kept and said to be one; it costs no lead.
    assert_eq!(phone("GB", "123456")["verdict"], "possible");
    assert_eq!(phone("US", "1234567890123")["verdict"], "impossible");
}
