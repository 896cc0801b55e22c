//! What is called qualified: crossing once in each lifecycle, by the score, by a raised hand, by what
//! people do in the product; and a person who sees a score otherwise.

use super::eventually;
use super::scoring::Owner;
use plumbline_e2e::worker::Answer;
use serde_json::{Value, json};

const DAY_MS: u64 = 86_400_000;

/// A time so many days from now, as it stands on the wire.
pub fn days_from_now(days: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let ms = i64::try_from(now.as_millis()).unwrap() + days * i64::try_from(DAY_MS).unwrap();
    plumbline_domain::time::Timestamp::from_ms(ms).to_string()
}

impl Owner {
    fn change(&self, id: &str, change: &Value) -> Answer {
        let version = self.lead(id)["lead"]["summary"]["version"].to_string();
        let tag = format!("\"{version}\"");
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("origin", self.worker.origin.as_str()),
            ("content-type", "application/json"),
            ("if-match", tag.as_str()),
        ];
        let path = format!("/api/v1/leads/{id}");
        self.worker.send("PATCH", &path, &headers, change.to_string().as_bytes())
    }

    fn track(&self, events: &Value) -> Answer {
        self.post("/api/v1/track", &json!({ "events": events }))
    }

    /// How often a lead was told to have crossed into a stage or a flag.
    fn told(&self, id: &str, kind: &str) -> usize {
        let record = self.lead(id);
        let events = record["events"].as_array().unwrap();
        events.iter().filter(|event| event["kind"].get(kind).is_some()).count()
    }
}

#[test]
fn the_product_tells_and_use_qualifies_within_the_request() {
    let owner = Owner::start();
    let mut model = owner.get("/api/v1/scoring")["model"].clone();
    let rule = |event: Option<&str>, count: &str, at_least: u32| {
        let mut rule = json!({ "count": count, "at_least": at_least, "within_days": 14 });
        if let Some(event) = event {
            rule["event"] = json!(event);
        }
        rule
    };
    let usage = vec![rule(None, "days", 3), rule(Some("limit.reached"), "times", 1)];
    model["qualification"]["product"]["usage"] = json!(usage);
    model["qualification"]["service"]["usage"] = json!([rule(Some("seat.added"), "times", 2)]);
    assert_eq!(owner.publish(&model).status, 201);
    let known = owner.capture("tried", "user");
    let event = |email: &str, event: &str, days: i64| json!({ "email": email, "event": event, "occurred_at": days_from_now(days) });

    // Somebody who filled a form a moment ago, and somebody who is nobody yet.
    let first = json!([
        event("tried@good.co", "opened", -2),
        event("Tried@GOOD.co", "opened", -1),
        event("new@good.co", "trial_started", -1),
    ]);
    let answer = owner.track(&first);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let leads = answer.json()["leads"].clone();
    assert_eq!(leads[0]["lead_id"], json!(known));
    assert_eq!(
        (&leads[0]["is_new"], &leads[0]["product_qualified"]),
        (&json!(false), &json!(false))
    );
    assert_eq!((&leads[1]["is_new"], leads.as_array().unwrap().len()), (&json!(true), 2));
    let stranger = leads[1]["lead_id"].as_str().unwrap().to_owned();
    let record = owner.lead(&stranger);
    assert_eq!(record["lead"]["summary"]["email"], "new@good.co");
    assert!(record["lead"]["summary"]["engagement"].as_i64().unwrap() > 30, "a trial counts");
    // Sent again, all of it is known.
    let version = owner.lead(&known)["lead"]["summary"]["version"].clone();
    let again = owner.track(&first).json();
    assert_eq!(again["leads"][1]["lead_id"], json!(stranger));
    assert_eq!(owner.lead(&known)["lead"]["summary"]["version"], version, "nothing was written");

    let limit = json!({ "lead_id": known, "event": "limit.reached" });
    let answer = owner.track(&json!([limit])).json();
    assert_eq!(answer["leads"][0]["product_qualified"], json!(true), "{answer}");
    assert_eq!(owner.told(&known, "product.qualified"), 1);
    owner.track(&json!([limit, event("tried@good.co", "opened", 0)]));
    assert_eq!(owner.told(&known, "product.qualified"), 1, "it fires once");

    // A customer whose use grows may buy more, and stays a customer.
    assert_eq!(owner.change(&known, &json!({ "stage": "customer" })).status, 200);
    let seats =
        json!([event("tried@good.co", "seat.added", 0), event("tried@good.co", "seat.added", -1)]);
    let answer = owner.track(&seats).json();
    assert_eq!(answer["leads"][0]["service_qualified"], json!(true), "{answer}");
    assert_eq!(answer["leads"][0]["stage"], "customer");
    let seen_to = owner.change(&known, &json!({ "service_qualified": false }));
    assert_eq!(seen_to.status, 200, "{}", seen_to.text);
    let left = seen_to.json()["lead"]["details"]["qualified"].clone();
    assert!(left.as_array().unwrap().iter().all(|one| one["kind"] != "service"), "{left}");
    let by_hand = owner.change(&known, &json!({ "service_qualified": true })).json();
    assert_eq!(by_hand["lead"]["summary"]["stage"], "customer");
    let none = owner.change(&stranger, &json!({ "service_qualified": true }));
    assert_eq!(none.status, 422, "a lead has bought nothing yet");
}

#[test]
fn a_person_of_the_product_stays_one_whatever_becomes_of_the_address() {
    let owner = Owner::start();
    let tell = |event: &str| {
        let events = json!([{ "email": "ada+trial@google.co", "event": event, "occurred_at": days_from_now(0) }]);
        let answer = owner.track(&events);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["leads"][0].clone()
    };
    let first = tell("opened");
    let id = first["lead_id"].as_str().unwrap().to_owned();
    // What a provider allows is only known once its domain was looked at: then the key is another one.
    owner.worker.sql(|db| {
        let known = "UPDATE leads SET details = json_set(details, '$.mailbox_key', 'ada@google.co',
            '$.keys', json('[\"email:ada@google.co\"]'), '$.assessment.provider', 'google_workspace')";
        db.execute(known, [])?;
        db.execute("DELETE FROM lead_keys", [])?;
        db.execute("INSERT INTO lead_keys SELECT 'email:ada@google.co', id FROM leads", [])
    });
    assert_eq!(tell("closed")["lead_id"], json!(id));
    // And whatever the lead is called by now, it was made of this address.
    owner.worker.sql(|db| db.execute("DELETE FROM lead_keys", []));
    assert_eq!(tell("opened.again")["lead_id"], json!(id));

    // Once it went into another lead, both its id and its address mean that one; and it can come back.
    let other = owner.capture("survivor", "user");
    let version = |id: &str| owner.lead(id)["lead"]["summary"]["version"].clone();
    let leads =
        json!([{ "id": id, "version": version(&id) }, { "id": other, "version": version(&other) }]);
    let merged =
        owner.post("/api/v1/merges", &json!({ "leads": leads, "from_other": { "email": true } }));
    assert_eq!(merged.status, 201, "{}", merged.text);
    let (survivor, gone) = (id.clone().min(other.clone()), id.max(other));
    let by_id = owner
        .track(&json!([{ "lead_id": gone, "event": "opened", "occurred_at": days_from_now(-1) }]));
    assert_eq!(
        (by_id.status, &by_id.json()["leads"][0]["lead_id"]),
        (200, &json!(survivor)),
        "{}",
        by_id.text
    );
    assert_eq!(tell("closed.again")["lead_id"], json!(survivor));
}

#[test]
fn what_people_did_outlives_the_undo_of_an_import() {
    let owner = Owner::start();
    let import = owner.post("/api/v1/imports", &json!({ "name": "people.csv", "lines": 1 })).json();
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    let lines = json!({ "lines": [{ "line": 2, "answers": { "email": "ada@good.co" } }] });
    let made = owner.post(&format!("{path}/lines"), &lines).json();
    let id = made["outcomes"][0]["lead_id"].as_str().unwrap().to_owned();
    assert_eq!(owner.track(&json!([{ "email": "ada@good.co", "event": "opened" }])).status, 200);
    let headers = [("cookie", owner.cookie.as_str()), ("origin", owner.worker.origin.as_str())];
    assert_eq!(owner.worker.send("DELETE", &path, &headers, b"").status, 200);
    assert!(owner.lead(&id)["lead"]["details"]["usage"]["opened"].is_array());
}

#[test]
fn the_clock_wakes_whoever_did_something_while_it_slept() {
    let owner = Owner::start();
    let mut model = owner.get("/api/v1/scoring")["model"].clone();
    model["qualification"]["marketing"]["cells"] =
        json!(["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3"]);
    assert_eq!(owner.publish(&model).status, 201);
    let id = owner.capture("sleeper", "user");
    let reject = json!({ "rejection": { "reason": "bad_timing", "wake_at": days_from_now(30) } });
    assert_eq!(owner.change(&id, &reject).status, 200);
    let read = owner.track(&json!([{ "lead_id": id, "event": "guide_read" }])).json();
    assert_eq!(read["leads"][0]["stage"], "lead", "it sleeps");
    let due = days_from_now(0);
    owner.worker.sql(|db| {
        db.execute(
            "UPDATE leads SET details = json_set(details, '$.rejection.wake_at', ?1)",
            [&due],
        )
    });
    eventually("the clock woke it", || {
        owner.worker.send("GET", "/cdn-cgi/local/scheduled?cron=*+*+*+*+*", &[], b"");
        owner.lead(&id)["lead"]["summary"]["stage"] == "marketing_qualified"
    });
}

#[test]
fn whoever_is_qualified_on_arrival_is_announced_as_that_once() {
    let owner = Owner::start();
    let created = |id: &str| {
        let events = owner.lead(id)["events"].clone();
        let kinds = events.as_array().expect("events").iter().map(|event| event["kind"].clone());
        kinds.collect::<Vec<_>>()
    };
    let id = owner.capture("asks", "student");
    assert_eq!(created(&id), [json!({ "lead.created": { "by": "hand_raise" } })]);
    // Whoever the product tells of has asked for nothing.
    let told = owner.track(&json!([{ "email": "quiet@good.co", "event": "guide_read" }])).json();
    let other = told["leads"][0]["lead_id"].as_str().expect("a lead").to_owned();
    assert_eq!(created(&other)[0], json!("lead.created"));
    // A person who sets another cell is named as what qualified it.
    // What a call told is kept as rules say it.
    let told = json!({ "answers": { "budget": "Yes", "country": "germany", "city": "Bern" } });
    let answers = owner.change(&other, &told).json()["lead"]["details"]["answers"].clone();
    assert_eq!(
        (&answers["budget"], &answers["country"], &answers["city"]),
        (&json!("yes"), &json!("DE"), &json!("Bern"))
    );
    let review = json!({ "review": { "author": "Ada", "reason": "An old friend", "cell": "A1", "until": days_from_now(9) } });
    let changed = owner.change(&other, &review).json();
    assert_eq!(changed["lead"]["summary"]["stage"], "marketing_qualified", "{changed}");
    assert_eq!(changed["lead"]["details"]["qualified"][0]["by"], "person");
}

#[test]
fn what_the_product_tells_wrongly_is_named_and_none_of_it_is_taken_in() {
    let owner = Owner::start();
    let good = json!({ "email": "ada@good.co", "event": "opened" });
    let nobody = "01890000-0000-7000-8000-000000000000";
    for (wrong, field) in [
        (json!({ "event": "opened" }), "events.1.email"),
        (json!({ "email": "ada@", "event": "opened" }), "events.1.email"),
        (json!({ "email": "ada@good.co", "lead_id": nobody, "event": "opened" }), "events.1.email"),
        (json!({ "email": "ada@good.co", "event": "Opened It" }), "events.1.event"),
        (
            json!({ "email": "ada@good.co", "event": "opened", "occurred_at": days_from_now(1) }),
            "events.1.occurred_at",
        ),
        (json!({ "lead_id": nobody, "event": "opened" }), "events.1.lead_id"),
    ] {
        let answer = owner.track(&json!([good, wrong]));
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    assert_eq!(owner.track(&json!([])).status, 422);
    let many: Vec<_> = (0..101).map(|_| good.clone()).collect();
    assert_eq!(owner.track(&json!(many)).status, 422);
    assert_eq!(owner.get("/api/v1/leads")["leads"], json!([]), "nobody was made of it");
    let headers = [("content-type", "application/json")];
    assert_eq!(owner.worker.send("POST", "/api/v1/track", &headers, b"{}").status, 401);
    let reads = format!("Bearer {}", owner.worker.api_key("leads:read"));
    let headers = [("content-type", "application/json"), ("authorization", reads.as_str())];
    assert_eq!(owner.worker.send("POST", "/api/v1/track", &headers, b"{}").status, 403);
}

#[test]
fn a_crowd_of_the_same_events_at_once_is_taken_in_once() {
    let owner = Owner::start();
    let at = days_from_now(0);
    let events: Vec<_> = (0..8)
        .map(|n| json!({ "email": "crowd@good.co", "event": format!("seen.{}", n % 4), "occurred_at": at }))
        .collect();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..6).map(|_| scope.spawn(|| owner.track(&json!(events)))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let leads = owner.get("/api/v1/leads")["leads"].clone();
    assert_eq!(leads.as_array().unwrap().len(), 1, "one person is one lead");
    let id = leads[0]["id"].as_str().unwrap();
    let usage = owner.lead(id)["lead"]["details"]["usage"].clone();
    let times: usize =
        usage.as_object().unwrap().values().map(|t| t.as_array().unwrap().len()).sum();
    assert_eq!(times, 4, "{usage}");
}

#[test]
fn sales_accepts_only_what_it_knows_enough_of() {
    let owner = Owner::start();
    let mut model = owner.get("/api/v1/scoring")["model"].clone();
    model["qualification"]["sales"]["required"] = json!(["budget", "timing"]);
    assert_eq!(owner.publish(&model).status, 201);
    let id = owner.capture("asked", "decision_maker");
    let record = owner.lead(&id);
    assert_eq!(record["lead"]["summary"]["stage"], "marketing_qualified", "it asked for a demo");
    assert_eq!(record["lead"]["details"]["qualified"][0]["by"], "hand_raise");
    assert_eq!(record["needed"][0], json!({ "name": "budget", "known": ["yes"] }));
    let accept = json!({ "stage": "sales_qualified" });
    let refused = owner.change(&id, &accept);
    let fields: Vec<_> =
        refused.json()["errors"].as_array().unwrap().iter().map(|e| e["field"].clone()).collect();
    assert_eq!((refused.status, fields), (422, vec![json!("budget"), json!("timing")]));
    let unknown = json!({ "answers": { "email": "other@good.co" } });
    assert_eq!(owner.change(&id, &unknown).status, 422, "a call changes no address");
    let known =
        json!({ "stage": "sales_qualified", "answers": { "budget": "yes", "timing": "now" } });
    let accepted = owner.change(&id, &known);
    assert_eq!(accepted.status, 200, "{}", accepted.text);
    let after = accepted.json()["lead"].clone();
    assert_eq!(after["summary"]["stage"], "sales_qualified");
    let fit = |lead: &Value| lead["summary"]["fit"].as_i64().unwrap();
    assert_eq!(fit(&after) - fit(&record["lead"]), 30, "the answers count at once");
    let worth = |value: &str| json!({ "answers": { "deal_value": value } });
    assert_eq!(owner.change(&id, &worth("a lot")).status, 422);
    let noted = owner.change(&id, &worth("12 000")).json();
    assert_eq!(noted["lead"]["details"]["answers"]["deal_value"], "12000");
    assert_eq!(owner.get("/api/v1/today")["leads"][0]["deal_value"], 12_000);
}

#[test]
fn a_lead_crosses_once_until_sales_sends_it_back_and_it_does_something_new() {
    let owner = Owner::start();
    let mut model = owner.get("/api/v1/scoring")["model"].clone();
    // Here a raised hand alone is nothing; a cell that nobody is in at first is.
    model["qualification"]["marketing"]["hand_raise"] = json!(false);
    model["qualification"]["marketing"]["cells"] = json!(["A1"]);
    assert_eq!(owner.publish(&model).status, 201);
    let mut id = String::new();
    eventually("leads come in by the new definition", || {
        id = owner.capture(&super::unique("crossing"), "user");
        owner.lead(&id)["lead"]["summary"]["stage"] == "lead"
    });
    let fits = json!({ "answers": { "role": "decision_maker", "company_size": "51-200", "industry": "software", "budget": "yes" } });
    let stage = |answer: Answer| answer.json()["lead"]["summary"]["stage"].clone();
    assert_eq!(stage(owner.change(&id, &fits)), "marketing_qualified");
    assert_eq!(owner.told(&id, "stage.changed"), 1);
    // Out of the cell and in again is no new crossing.
    owner.change(&id, &json!({ "answers": { "role": "student" } }));
    owner.change(&id, &json!({ "answers": { "role": "decision_maker" } }));
    assert_eq!(owner.told(&id, "stage.changed"), 1);
    assert_eq!(
        stage(owner.change(&id, &json!({ "rejection": { "reason": "bad_timing" } }))),
        "lead"
    );
    assert_eq!(stage(owner.change(&id, &json!({ "note": "still here" }))), "lead", "nothing new");
    let replied = json!([{ "lead_id": id, "event": "replied" }]);
    assert_eq!(owner.track(&replied).json()["leads"][0]["stage"], "marketing_qualified");
    assert_eq!(owner.told(&id, "stage.changed"), 2, "another lifecycle");
}

#[test]
fn a_person_sees_a_score_otherwise_for_a_while_and_hides_nothing() {
    let owner = Owner::start();
    let id = owner.capture("seen", "user");
    let computed = owner.lead(&id)["lead"]["summary"]["cell"].clone();
    assert_ne!(computed, "C3");
    for wrong in [
        json!({ "author": "Ada", "reason": "" }),
        json!({ "author": " ", "reason": "I know them" }),
        json!({ "author": "Ada", "reason": "I know them", "cell": "C3" }),
        json!({ "author": "Ada", "reason": "I know them", "cell": "C3", "until": days_from_now(-1) }),
        json!({ "author": "Ada", "reason": "I know them", "cell": "C3", "until": days_from_now(400) }),
    ] {
        assert_eq!(owner.change(&id, &json!({ "review": wrong })).status, 422, "{wrong}");
    }
    let review = json!({ "author": "Ada", "reason": "I know them", "cell": "C3", "until": days_from_now(2) });
    let answer = owner.change(&id, &json!({ "review": review }));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let lead = answer.json()["lead"].clone();
    assert_eq!(lead["summary"]["cell"], "C3", "lists go by it");
    assert_eq!(lead["details"]["score"]["cell"], computed, "the computed one stays");
    assert_eq!(lead["details"]["review"]["author"], "Ada");
    // The automatic score goes on below it.
    let more = owner.change(&id, &json!({ "answers": { "budget": "yes" } })).json()["lead"].clone();
    assert_eq!(more["summary"]["cell"], "C3");
    assert_eq!(
        more["summary"]["fit"].as_i64(),
        lead["summary"]["fit"].as_i64().map(|fit| fit + 15)
    );
    // Its time comes, and the clock ends it.
    owner.worker.sql(|db| {
        db.execute("UPDATE leads SET details = json_set(details, '$.review.until', '2020-01-01T00:00:00.000Z')", [])
    });
    eventually("the clock ended it", || {
        owner.worker.send("GET", "/cdn-cgi/local/scheduled?cron=*+*+*+*+*", &[], b"");
        owner.told(&id, "override.ended") == 1
    });
    let lead = owner.lead(&id)["lead"].clone();
    assert_eq!(lead["summary"]["cell"], lead["details"]["score"]["cell"]);
    assert_eq!(lead["details"]["review"]["reason"], "I know them", "who saw it is still known");
    let agrees = json!({ "review": { "author": "Ben", "reason": "Fits" } });
    let lead = owner.change(&id, &agrees).json()["lead"].clone();
    assert_eq!(lead["summary"]["cell"], lead["details"]["score"]["cell"]);
    assert_eq!(owner.told(&id, "score.reviewed"), 2);
}
