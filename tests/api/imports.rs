//! Leads from files: checked first, stored once, matched with who is there, undone to the byte.

use super::{eventually, lead, owner, post, row, shared, stored, unique};
use serde_json::{Value, json};

fn opened(lines: u32) -> String {
    let answer = post("/api/v1/imports", &json!({ "name": "people.csv", "lines": lines }));
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn lines(answers: &[Value]) -> Value {
    let line =
        |(number, answers): (usize, &Value)| json!({ "line": number + 2, "answers": answers });
    json!({ "lines": answers.iter().enumerate().map(line).collect::<Vec<_>>() })
}

fn outcomes(path: &str, body: &Value) -> Vec<(String, String)> {
    let answer = post(path, body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = answer.json();
    all["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["action"]), text(&one["lead_id"])))
        .collect()
}

fn actions(outcomes: &[(String, String)]) -> Vec<&str> {
    outcomes.iter().map(|(action, _)| action.as_str()).collect()
}

fn undo(import: &str) -> Value {
    let answer = owner("DELETE", &format!("/api/v1/imports/{import}"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[test]
fn a_file_is_checked_stored_once_and_undone() {
    let word = unique("importer").to_lowercase();
    let known = stored(&format!(
        r#"{{"answers":{{"name":"Ada {word}","email":"ada.{word}@gmail.com","company":"Acme"}}}}"#
    ));
    eventually("the lead can be recognised", || {
        let wanted = format!("%{word}%");
        shared().worker.sql(|db| {
            let query = "SELECT count(*) > 0 FROM lead_keys WHERE value LIKE ?1";
            db.query_row(query, [&wanted], |row| row.get(0))
        })
    });
    let body = lines(&[
        // The same mailbox, spelled as Gmail allows; the blank name says nothing.
        json!({ "email": format!("A.da.{word}+list@googlemail.com"), "name": "", "job_title": "CTO" }),
        json!({ "email": format!("ben@{word}.co"), "name": "Ben Berg", "phone": "+49 30 23125 177" }),
        json!({ "email": format!("ben@{word}.co"), "name": "Ben Berg" }),
        json!({ "email": "nobody@", "company": "x" }),
        json!({ "company": "Nobody in particular" }),
    ]);
    let before = row(&known).unwrap();
    let expected = ["update", "create", "skip", "error", "error"];
    assert_eq!(actions(&outcomes("/api/v1/import-checks", &body)), expected);
    assert_eq!(row(&known).as_ref(), Some(&before), "a check changes nothing");

    let import = opened(5);
    let path = format!("/api/v1/imports/{import}/lines");
    let first = outcomes(&path, &body);
    assert_eq!(actions(&first), expected);
    assert_eq!((&first[0].1, &first[1].1), (&known, &first[2].1));
    // Sent again, as after a lost answer: nobody is doubled.
    let again = outcomes(&path, &body);
    assert_eq!(actions(&again), ["update", "create", "skip", "error", "error"]);
    assert_eq!(again[1].1, first[1].1);
    let ada = lead(&known);
    assert_eq!(ada["details"]["answers"]["job_title"], "CTO");
    assert_eq!(ada["summary"]["name"], format!("Ada {word}"));
    let ben = lead(&first[1].1);
    assert_eq!(
        (&ben["summary"]["source"], &ben["summary"]["verdict"]),
        (&"imported".into(), &"unknown".into())
    );
    assert_eq!(ben["details"]["phone"]["e164"], "+493023125177");
    eventually("the new lead can be found", || {
        let found = owner("GET", &format!("/api/v1/leads?q=ben%20{word}")).json();
        found["leads"].as_array().is_some_and(|leads| leads.len() == 1)
    });

    assert_eq!(undo(&import), json!({ "undone": 2, "kept": 0, "remains": false }));
    assert_eq!(row(&known), Some(before), "every byte is as before");
    assert_eq!(owner("GET", &format!("/api/v1/leads/{}", first[1].1)).status, 404);
    let traces: i64 = shared().worker.sql(|db| {
        let query = "SELECT (SELECT count(*) FROM lead_keys WHERE value LIKE ?1) + (SELECT count(*) FROM lead_search WHERE body LIKE ?1)";
        db.query_row(query, [format!("%ben@{word}%")], |row| row.get(0))
    });
    assert_eq!(traces, 0);
    assert_eq!(owner("DELETE", &format!("/api/v1/imports/{import}")).status, 404, "once is enough");
    assert_eq!(post(&path, &body).status, 404);
}

#[test]
fn what_was_changed_since_an_import_stays() {
    let word = unique("stays").to_lowercase();
    let import = opened(2);
    let person = |name: &str| json!({ "email": format!("{name}@{word}.co"), "name": format!("{name} {word}") });
    let body = lines(&[person("ann"), person("bob")]);
    let made = outcomes(&format!("/api/v1/imports/{import}/lines"), &body);
    let bearer = format!("Bearer {}", shared().key);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("if-match", "\"1\""),
    ];
    let path = format!("/api/v1/leads/{}", made[0].1);
    assert_eq!(shared().worker.send("PATCH", &path, &headers, br#"{"note":"Called"}"#).status, 200);
    assert_eq!(undo(&import), json!({ "undone": 1, "kept": 1, "remains": false }));
    assert_eq!((owner("GET", &path).status, row(&made[1].1)), (200, None));
}

#[test]
fn a_list_of_the_unsubscribed_becomes_suppressions() {
    let word = unique("silent").to_lowercase();
    let id = stored(&format!(r#"{{"answers":{{"name":"Sue","email":"sue@{word}.co"}}}}"#));
    let import = opened(2);
    let mut body =
        lines(&[json!({ "email": format!("Sue@{word}.co") }), json!({ "name": "Nobody" })]);
    body["suppress"] = "unsubscribed".into();
    let path = format!("/api/v1/imports/{import}/lines");
    assert_eq!(actions(&outcomes(&path, &body)), ["create", "error"]);
    let suppressed = || owner("GET", &format!("/api/v1/leads/{id}")).json()["suppressed"].clone();
    assert_eq!(suppressed(), "unsubscribed");
    undo(&import);
    assert_eq!(suppressed(), Value::Null);
}

#[test]
fn leads_of_one_person_name_each_other() {
    let word = unique("twice").to_lowercase();
    let make =
        |email: &str| stored(&format!(r#"{{"answers":{{"name":"Kim Katz","email":"{email}"}}}}"#));
    let first = make(&format!("kim.{word}@gmail.com"));
    let second = make(&format!("kim{word}+shop@gmail.com"));
    let role = make(&format!("info@{word}.co"));
    let same = |id: &str| -> Vec<String> {
        let record = owner("GET", &format!("/api/v1/leads/{id}")).json();
        let same = record["same_person"].as_array().cloned().unwrap_or_default();
        same.iter().map(|lead| lead["id"].as_str().unwrap().to_owned()).collect()
    };
    eventually("both are known", || same(&first) == [second.clone()]);
    assert_eq!(same(&second), [first]);
    // A mailbox of a function is read by several people.
    let other = stored(&format!(r#"{{"answers":{{"name":"Lou Lang","email":"info@{word}.co"}}}}"#));
    let twin = make(&format!("info@{word}.co"));
    eventually("the third is known", || same(&twin) == [role.clone()]);
    assert_eq!(same(&other), [""; 0]);
}

#[test]
fn a_day_that_is_still_to_come_is_told() {
    let dated = |year: &str| json!({ "answers": { "email": "a@good.co" }, "line": 2, "captured_at": format!("{year}-01-01T00:00:00.000Z") });
    for (year, errors) in [("2019", 0), ("2099", 1)] {
        let checked = post("/api/v1/import-checks", &json!({ "lines": [dated(year)] }));
        assert_eq!(checked.status, 200, "{}", checked.text);
        let line = &checked.json()["outcomes"][0];
        assert_eq!(line["errors"].as_array().map_or(0, Vec::len), errors, "{line}");
        assert_ne!(line["action"], "error");
    }
}

#[test]
fn imports_have_limits() {
    let too_many: Vec<_> = (0..501).map(|n| json!({ "email": format!("a{n}@good.co") })).collect();
    assert_eq!(post("/api/v1/import-checks", &lines(&too_many)).status, 422);
    assert_eq!(post("/api/v1/import-checks", &lines(&[])).status, 422);
    assert_eq!(post("/api/v1/imports", &json!({ "name": "x", "lines": 100_001 })).status, 422);
    let long = json!({ "name": "x".repeat(2_001) });
    assert_eq!(actions(&outcomes("/api/v1/import-checks", &lines(&[long]))), ["error"]);
    let huge = lines(&[json!({ "need": "x".repeat(1_200_000) })]);
    // The proxy of the local server may lose a connection whose answer came before all of the body was sent;
    // only an answer of the Worker counts.
    let send = || std::panic::catch_unwind(|| post("/api/v1/import-checks", &huge)).ok();
    let ours =
        |answer: &super::Answer| answer.header("content-type") == Some("application/problem+json");
    let refused = std::iter::repeat_with(send).take(5).flatten().find(ours);
    assert_eq!(refused.expect("an answer of the Worker").status, 413);
    let nowhere = "/api/v1/imports/01890a5d-ac96-774b-bcce-b302099a8057/lines";
    assert_eq!(post(nowhere, &lines(&[json!({ "email": "a@good.co" })])).status, 404);
    let anybody =
        shared().worker.send("POST", nowhere, &[("content-type", "application/json")], b"{}");
    assert_eq!(anybody.status, 401);
}

#[test]
fn only_sound_rows_come_back_from_a_backup() {
    let send = |method: &str, path: &str, body: &str| {
        let cookie = shared().cookie.clone();
        let origin = shared().worker.origin.clone();
        let headers = [
            ("cookie", cookie.as_str()),
            ("origin", origin.as_str()),
            ("content-type", "application/json"),
        ];
        shared().worker.send(method, path, &headers, body.as_bytes())
    };
    let id = stored(&format!(
        r#"{{"answers":{{"name":"Backed Up","email":"{}@good.co"}}}}"#,
        unique("b")
    ));
    let page = send("GET", "/api/v1/backup/leads", "").json();
    let rows = page["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && page["rows"].as_array().unwrap().len() <= 200);
    let sound = rows[0].as_str().unwrap();
    let write = |table: &str, row: &str| {
        let body = json!({ "rows": [row] }).to_string();
        let answer = send("POST", &format!("/api/v1/backup/{table}"), &body);
        match answer.status {
            200 => answer.json()["left_out"][0]["column"].as_str().unwrap_or("back").to_owned(),
            status => status.to_string(),
        }
    };
    // What is there stays as it is, and what does not fit is named and left out.
    assert_eq!(write("leads", sound), "back");
    assert_eq!(lead(&id)["summary"]["name"], "Backed Up");
    assert_eq!(write("leads", "[1]"), "row");
    assert_eq!(write("leads", &sound.replacen("answers", "answer", 1)), "details");
    assert_eq!(write("forms", r#"["demo","{}",0]"#), "definition");
    assert_eq!(write("scoring_models", r#"[9,"{\"rules\":[]}",0,"",""]"#), "definition");
    assert_eq!(write("sessions", "[]"), "404");
    // One bad row costs none of the others.
    let body = json!({ "rows": ["[1]", sound] }).to_string();
    let both = send("POST", "/api/v1/backup/leads", &body).json();
    assert_eq!(both["left_out"], json!([{ "number": 0, "column": "row" }]));
    // A sequence number at the end would leave none for what follows; one that is taken belongs to another book.
    let other = "0190b1b2-0000-7000-8000-000000000000";
    let event = |seq: u64| format!(r#"[{seq},"{other}","{id}",1,"\"lead.erased\""]"#);
    assert_eq!(write("events", &event(9_223_372_036_854_775_807)), "seq");
    let query = "SELECT max(seq) FROM events";
    let taken: u64 = shared().worker.sql(|db| db.query_row(query, [], |row| row.get(0)));
    assert_eq!(write("events", &event(taken)), "409");
    // No key opens it, whatever its scopes.
    assert_eq!(owner("GET", "/api/v1/backup/leads").status, 403);
}

#[test]
fn a_shared_number_makes_nobody_the_same_person() {
    let word = unique("desk").to_lowercase();
    let number = "+49 30 23125 188";
    let person =
        |name: &str| json!({ "email": format!("{name}@{word}.co"), "name": name, "phone": number });
    let import = opened(2);
    let path = format!("/api/v1/imports/{import}/lines");
    let together = outcomes(&path, &lines(&[person("ann"), person("bob")]));
    assert_eq!(actions(&together), ["create", "create"]);
    let later = outcomes("/api/v1/import-checks", &lines(&[person("cid")]));
    assert_eq!(actions(&later), ["create"]);
    // Two lines numbered alike are two lines still.
    let mut twice = lines(&[person("dan"), person("eve")]);
    twice["lines"][1]["line"] = 2.into();
    let made = outcomes(&path, &twice);
    assert_eq!(actions(&made), ["create", "create"]);
    for (_, id) in &made {
        assert_eq!(owner("GET", &format!("/api/v1/leads/{id}")).status, 200);
    }
    // A lead that two parts touch is undone to what it was before the first.
    let more = lines(&[json!({ "email": format!("ann@{word}.co"), "role": "cto" })]);
    assert_eq!(actions(&outcomes(&path, &more)), ["update"]);
    assert_eq!(undo(&import)["kept"], 0);
}

#[test]
fn a_book_is_read_as_people_page_by_page_in_the_order_of_its_lines() {
    let word = unique("people").to_lowercase();
    let import = opened(2_001);
    let path = format!("/api/v1/imports/{import}/lines");
    let mut made = Vec::new();
    for part in 0..5_usize {
        let here = part * 500..2_001.min((part + 1) * 500);
        let line = |n: usize| json!({ "line": n + 2, "answers": { "email": format!("p{n}@{word}.co"), "city": "Bonn" } });
        let body = json!({ "lines": here.map(line).collect::<Vec<_>>() });
        made.extend(outcomes(&path, &body).into_iter().map(|(_, id)| id));
    }
    assert!(made.is_sorted(), "a file's leads stand in its order");
    let (mut after, mut people) = (String::new(), Vec::new());
    loop {
        let page = owner("GET", &format!("/api/v1/people{after}")).json();
        people.extend(page["people"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        assert_eq!(page["people"].as_array().unwrap().len(), 2_000);
        after = format!("?after={next}");
    }
    let email = format!("p2000@{word}.co");
    let last = people.iter().find(|one| one["email"] == email.as_str()).unwrap();
    assert_eq!((&last["mailbox_key"], &last["locality"]), (&email.into(), &"Bonn".into()));
    assert_eq!((&last["is_role"], &last["phone"]), (&false.into(), &"".into()));
    let ids: std::collections::BTreeSet<_> = people.iter().map(|one| one["id"].as_str()).collect();
    assert!(made.iter().all(|id| ids.contains(&Some(id.as_str()))) && ids.len() == people.len());
    assert_eq!(owner("GET", "/api/v1/people?after=nobody").status, 422);
    while undo(&import)["remains"] == true {}
}
