//! A scoring model is published in versions, bad ones are refused with a sentence, and stored leads
//! follow.

use super::{access, eventually};
use plumbline_e2e::resolver;
use plumbline_e2e::worker::{Answer, Worker};
use serde_json::{Value, json};

pub struct Owner {
    pub worker: Worker,
    pub cookie: String,
}

impl Owner {
    pub fn start() -> Self {
        let (url, _) = resolver::start(0).expect("a port for the resolver");
        let worker = Worker::start(&url, &["--rate", "1000000", "--lookups", "1000000"]);
        let cookie = access::sign_in(&worker);
        Self { worker, cookie }
    }

    pub fn get(&self, path: &str) -> Value {
        let headers = [("cookie", self.cookie.as_str())];
        let answer = self.worker.send("GET", path, &headers, b"");
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("origin", self.worker.origin.as_str()),
            ("content-type", "application/json"),
        ];
        self.worker.send("POST", path, &headers, body.to_string().as_bytes())
    }

    pub fn publish(&self, model: &Value) -> Answer {
        let draft = json!({ "model": model, "author": "Ada", "note": "Deciders count for more" });
        self.post("/api/v1/scoring/models", &draft)
    }

    pub fn capture(&self, key: &str, role: &str) -> String {
        let body =
            format!(r#"{{"answers":{{"name":"{key}","email":"{key}@good.co","role":"{role}"}}}}"#);
        let answer = self.worker.submit(key, &body);
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["lead_id"].as_str().expect("an id").to_owned()
    }

    pub fn lead(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/leads/{id}"))
    }
}

fn rule(model: &mut Value, id: &str) -> usize {
    let rules = model["rules"].as_array().expect("rules");
    rules.iter().position(|rule| rule["id"] == id).expect("the rule")
}

#[test]
fn stored_leads_follow_a_new_version_and_only_those_that_change_are_written() {
    let owner = Owner::start();
    let decider = owner.capture("decider", "decision_maker");
    let student = owner.capture("student", "student");
    let before = owner.lead(&decider)["lead"]["summary"].clone();
    let mut model = owner.get("/api/v1/scoring")["model"].clone();
    let place = rule(&mut model, "role.decision_maker");
    model["rules"][place]["points"] = json!(65);

    let published = owner.publish(&model);
    assert_eq!(published.status, 201, "{}", published.text);
    let published = published.json();
    assert_eq!(published["model"]["version"], 2);
    assert_eq!(published["versions"][0]["author"], "Ada");
    assert_eq!(published["versions"][0]["note"], "Deciders count for more");
    assert_eq!(published["versions"][1]["version"], 1, "what was before is kept");
    assert_eq!(owner.get("/api/v1/scoring/models/1")["rules"][place]["points"], 25);
    // Whoever made a draft of the version before is told so, and nothing is lost.
    assert_eq!(owner.publish(&model).status, 412);
    // And so is whoever names a version that there is not yet; that breaks nothing for the others.
    let mut ahead = model.clone();
    for version in [3, 5, u32::MAX] {
        ahead["version"] = json!(version);
        assert_eq!(owner.publish(&ahead).status, 412, "{version}");
    }
    assert_eq!(owner.get("/api/v1/scoring")["rescoring"]["version"], 2);

    // Two leads are left to look at; one of them has another score.
    let answer = owner.post("/api/v1/scoring/rescorings", &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rescoring = answer.json();
    // It ends a while later: until then something may still come in by the model before.
    let followed = json!({ "version": 2, "is_done": false, "is_caught_up": true, "looked_at": 2, "changed": 1 });
    assert_eq!(rescoring, followed);
    // The place; the one lead, its places by rank and among those that wait for an answer, the counts of two
    // cells, and the event that tells of it.
    let cost = answer.header("server-timing").expect("what it cost").to_owned();
    let after = owner.lead(&decider);
    let row = &after["lead"]["summary"];
    assert_eq!(row["fit"], before["fit"].as_i64().expect("fit") + 40);
    assert_eq!(row["version"], 2);
    assert_eq!(after["lead"]["details"]["score"]["model_version"], 2);
    let told = after["events"].as_array().expect("events");
    let told = told.iter().find_map(|event| event["kind"].get("score.changed"));
    assert_eq!(told.expect("it is told")["from"], before["cell"]);
    assert_eq!(owner.lead(&student)["lead"]["summary"]["version"], 1, "it was not written");
    // Again changes nothing.
    let again = owner.post("/api/v1/scoring/rescorings", &json!({}));
    assert_eq!(again.json(), rescoring);
    let written = |cost: &str| -> u32 {
        let after = cost.split("written=").nth(1).expect("rows written");
        after.trim_end_matches('"').parse().expect("a number")
    };
    let again = again.header("server-timing").expect("what it cost").to_owned();
    assert_eq!((written(&cost), written(&again)), (8, 1), "{cost} {again}");

    // What comes in is scored by the new version, as soon as the isolates have heard of it.
    eventually("a new lead is scored by the new version", || {
        let id = owner.capture(&super::unique("later"), "decision_maker");
        owner.lead(&id)["lead"]["details"]["score"]["model_version"] == 2
    });
}

#[test]
fn a_model_that_does_not_hold_together_is_refused_with_the_rule_and_a_sentence() {
    let owner = Owner::start();
    let model = owner.get("/api/v1/scoring")["model"].clone();
    let with = |when: Value| {
        let mut model = model.clone();
        model["rules"][1]["when"] = when;
        model
    };
    let nested =
        (0..9).fold(json!({ "given": { "fact": "role" } }), |when, _| json!({ "not": when }));
    let cases = [
        (with(json!({ "given": { "fact": "shoe_size" } })), "there is no field shoe_size"),
        (with(json!({ "between": { "fact": "employees", "from": 9, "to": 3 } })), "upside down"),
        (
            with(json!({ "matches": { "fact": "role", "pattern": "((((a{99}){99}){99}){99})" } })),
            "expression",
        ),
        (with(json!({ "matches": { "fact": "role", "pattern": "(" } })), "expression"),
        (
            with(json!({ "all": [{ "observed": "replied" }, { "given": { "fact": "role" } }] })),
            "mixes",
        ),
        (with(nested), "deep"),
        (with(json!({ "one_of": { "fact": "role", "values": [] } })), "asks for nothing"),
        (with(json!({ "one_of": { "fact": "role", "values": vec!["x"; 501] } })), "500 values"),
    ];
    for (model, sentence) in cases {
        let answer = owner.publish(&model);
        assert_eq!(answer.status, 422, "{sentence}: {}", answer.text);
        let title = answer.json()["title"].as_str().expect("a title").to_owned();
        assert!(title.contains(sentence) && title.contains("role.decision_maker"), "{title}");
    }
    let mut many = model.clone();
    many["rules"] = (0..10_000)
        .map(|n| json!({ "id": format!("r{n}"), "label": "x", "points": 1, "visibility": "private", "when": { "given": { "fact": "role" } } }))
        .collect();
    let mut heavy = model.clone();
    heavy["rules"] = (0..40)
        .map(|n| json!({ "id": format!("r{n}"), "label": "x", "points": 1000, "visibility": "private", "when": { "given": { "fact": "role" } } }))
        .collect();
    for (model, sentence) in [
        (many, "rule r500: with it the model has more than 500 rules"),
        (heavy, "rule r32: with it the points of all rules together are more than 32,767"),
    ] {
        let answer = owner.publish(&model);
        assert!(answer.status == 422 && answer.text.contains(sentence), "{}", answer.text);
    }
    let expressions = vec![json!({ "matches": { "fact": "role", "pattern": "(?:a?){60}b" } }); 4];
    let slow = owner.publish(&with(json!({ "any": expressions })));
    assert!(
        slow.status == 422 && slow.text.contains("take too long for one lead"),
        "{}",
        slow.text
    );
    let mut twice = model.clone();
    twice["group_caps"] = json!([{ "group": "web", "points": 9 }, { "group": "web", "points": 8 }]);
    let refused = owner.publish(&twice).json();
    assert_eq!(refused["code"], "invalid_model");
    assert!(
        refused["title"].as_str().is_some_and(|title| title.contains("group web")),
        "{refused}"
    );
    // A slip in a name, a question that there is none of, and an unsigned version.
    let slip = json!({ "between": { "fact": "employees", "from": 50, "too": 500 } });
    let mut misspelt = model.clone();
    misspelt["grup_caps"] = json!([]);
    let mut beyond = model.clone();
    beyond["rules"][1]["points"] = json!(3_000_000_000_i64);
    let mut reserved = model.clone();
    reserved["rules"][1]["id"] = json!("cap.web");
    for (model, sentence) in [
        (with(slip), "unknown field `too`"),
        (with(json!({ "sounds_like": { "fact": "role" } })), "unknown variant `sounds_like`"),
        (misspelt, "unknown field `grup_caps`"),
        (beyond, "`3000000000`, expected i32"),
    ] {
        let answer = owner.publish(&model);
        assert!(answer.status == 400 && answer.text.contains(sentence), "{}", answer.text);
    }
    assert_eq!(owner.publish(&reserved).json()["code"], "invalid_model");
    let unsigned = json!({ "model": model, "author": " " });
    assert_eq!(owner.post("/api/v1/scoring/models", &unsigned).status, 422);
    assert_eq!(owner.get("/api/v1/scoring")["model"]["version"], 1, "nothing was published");
}

#[test]
fn the_schema_of_a_model_allows_what_is_published_and_no_slip() {
    let owner = Owner::start();
    let document = owner.get("/openapi.json");
    let schema = json!({
        "$ref": "#/components/schemas/ScoringModel",
        "components": document["components"],
    });
    let schema = jsonschema::validator_for(&schema).expect("a JSON Schema");
    let published = owner.get("/api/v1/scoring")["model"].clone();
    assert!(schema.is_valid(&published));
    let mut whole: Value =
        serde_json::from_str(include_str!("../scorer/whole_language.json")).expect("a model");
    assert!(schema.is_valid(&whole));
    whole["version"] = json!(1);
    assert_eq!(owner.publish(&whole).status, 201, "what the schema allows is taken");

    let with = |path: &str, value: Value| {
        let mut model = published.clone();
        *model.pointer_mut(path).expect("a place") = value;
        model
    };
    let mut misspelt = published.clone();
    misspelt["grup_caps"] = json!([]);
    let mut nameless = published.clone();
    nameless["rules"][1].as_object_mut().expect("a rule").remove("label");
    for slip in [
        misspelt,
        nameless,
        with("/rules/1/points", json!("many")),
        with("/rules/1/points", json!(3_000_000_000_i64)),
        with("/rules/1/visibility", json!("secret")),
        with("/rules/1/when", json!({ "sounds_like": { "fact": "role" } })),
        with("/rules/1/when", json!({ "between": { "fact": "employees", "too": 500 } })),
        with("/rules/1/when", json!({ "one_of": { "fact": "role", "values": [] } })),
        with("/rules/1/when", json!({ "all": [] })),
        with("/rules/1/when", json!({ "silent": { "days": 0 } })),
        with("/rules", json!(vec![published["rules"][1].clone(); 501])),
        with("/group_caps/0/points", json!(-1)),
        with("/thresholds/fit_a", json!(500)),
        with("/qualification/marketing/cells", json!(["D4"])),
    ] {
        assert!(!schema.is_valid(&slip), "{slip}");
        let answer = owner.publish(&slip);
        assert!(matches!(answer.status, 400 | 422), "{} {slip}", answer.text);
    }
}

#[test]
fn rules_ask_about_columns_of_files_and_what_was_looked_up() {
    let owner = Owner::start();
    let opened = owner.post("/api/v1/imports", &json!({ "name": "people.csv", "lines": 1 })).json();
    let path = format!("/api/v1/imports/{}/lines", opened["id"].as_str().expect("an id"));
    let answers = json!({
        "name": "Ada", "email": "ada@good.co", "shoe_size": "1,042", "industry": "Software",
        "phone": "+44 20 7946 0958", "country": "GB",
    });
    let sent = owner.post(&path, &json!({ "lines": [{ "line": 2, "answers": answers }] }));
    assert_eq!(sent.status, 200, "{}", sent.text);
    let lead_id = sent.json()["outcomes"][0]["lead_id"].as_str().expect("a lead").to_owned();
    let scoring = owner.get("/api/v1/scoring");
    let facts = scoring["facts"].as_array().expect("facts");
    assert!(facts.contains(&json!("shoe_size")), "{facts:?}");

    let mut model = scoring["model"].clone();
    let rule = |id: &str, when: Value| json!({ "id": id, "label": id, "points": 1, "visibility": "private", "when": when });
    model["rules"] = json!([
        rule("size", json!({ "between": { "fact": "shoe_size", "from": 1_000, "to": 1_100 } })),
        rule("industry", json!({ "one_of": { "fact": "industry", "values": ["software"] } })),
        rule("domain", json!({ "one_of": { "fact": "email_domain", "values": ["good.co"] } })),
        rule("form", json!({ "given": { "fact": "form" } })),
        rule("plan", json!({ "one_of": { "fact": "phone_verdict", "values": ["valid"] } })),
        rule("region", json!({ "one_of": { "fact": "phone_region", "values": ["GB"] } })),
    ]);
    let published = owner.publish(&model);
    assert_eq!(published.status, 201, "{}", published.text);
    assert_eq!(owner.post("/api/v1/scoring/rescorings", &json!({})).json()["changed"], 1);
    let scored = owner.lead(&lead_id)["lead"]["details"]["score"].clone();
    let rules: Vec<_> = scored["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .map(|one| one["rule"].clone())
        .collect();
    assert_eq!(rules, ["size", "industry", "domain", "form", "plan", "region"]);
}

#[test]
fn of_many_who_publish_at_once_one_does() {
    let owner = Owner::start();
    let model = owner.get("/api/v1/scoring")["model"].clone();
    let others: Vec<Value> = (0..8)
        .map(|points| {
            let mut model = model.clone();
            model["rules"][1]["points"] = json!(points);
            model
        })
        .collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let owner = &owner;
        let publish = |model| scope.spawn(move || owner.publish(model).status);
        let all: Vec<_> = others.iter().map(publish).collect();
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 201 | 412)), "{statuses:?}");
    let stored: Vec<_> =
        statuses.iter().zip(0_u32..).filter(|(status, _)| **status == 201).collect();
    assert_eq!(stored.len(), 1, "{statuses:?}");
    let scoring = owner.get("/api/v1/scoring");
    assert_eq!(
        scoring["model"]["rules"][1]["points"],
        json!(stored[0].1),
        "the one that was told so"
    );
    assert_eq!(
        (&scoring["model"]["version"], &scoring["rescoring"]["version"]),
        (&json!(2), &json!(2))
    );
}

#[test]
fn nobody_who_is_not_signed_in_reads_a_private_rule() {
    let owner = Owner::start();
    let mut model = owner.get("/api/v1/scoring")["model"].clone();
    let rules = model["rules"].as_array_mut().expect("rules");
    rules.push(json!({
        "id": "sentinel.quokka", "label": "Owns a wombat", "points": 7, "visibility": "private",
        "when": { "one_of": { "fact": "industry", "values": ["numbat farming"] } }
    }));
    let mut secrets: Vec<String> =
        ["sentinel.quokka", "Owns a wombat", "numbat farming"].map(str::to_owned).to_vec();
    for rule in rules.iter().filter(|rule| rule["visibility"] == "private") {
        for name in ["id", "label"] {
            secrets.push(rule[name].as_str().expect("a text").to_owned());
        }
        secrets.push(rule["when"].to_string());
    }
    assert_eq!(owner.publish(&model).status, 201);
    // Whatever the form page, the embedded form and the widget are made of: each file that one names.
    let mut paths = vec!["/f/demo".to_owned(), "/embed.js?form=demo".to_owned()];
    let mut read = 0;
    while let Some(path) = paths.get(read).cloned() {
        read += 1;
        let bytes = owner.worker.send("GET", &path, &[("accept-encoding", "identity")], b"");
        assert_eq!(bytes.status, 200, "{path}");
        for secret in &secrets {
            assert!(!bytes.text.contains(secret.as_str()), "{path} tells {secret}");
        }
        for found in named_files(&bytes.text) {
            if !paths.contains(&found) {
                paths.push(found);
            }
        }
    }
    assert!(paths.iter().any(|path| path.ends_with(".wasm")), "the widget is among {paths:?}");
}

/// The files of the widget that a text names; those of programs lie beside each other.
fn named_files(text: &str) -> Vec<String> {
    let parts = text.split(['"', '\'', '`', '(', ')', ' ', ',']);
    let files =
        parts.filter(|part| [".js", ".wasm", ".css", ".bin"].iter().any(|end| part.ends_with(end)));
    let files = files.filter_map(|part| match part.strip_prefix("./") {
        // What a program calls the glue beside it is no file.
        Some(beside) => part.ends_with(".wasm").then(|| format!("/app/{beside}")),
        None => (part.starts_with('/') && !part.starts_with("//")).then(|| part.to_owned()),
    });
    files.collect()
}

#[test]
fn nobody_but_the_owner_publishes_and_the_book_is_for_who_may_read_leads() {
    let owner = Owner::start();
    let id = owner.capture("one", "user");
    let key = owner.worker.api_key("leads:read,leads:write");
    let headers =
        [("authorization", format!("Bearer {key}")), ("content-type", "application/json".into())];
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for path in ["/api/v1/scoring/models", "/api/v1/scoring/rescorings"] {
        assert_eq!(owner.worker.send("POST", path, &headers, b"{}").status, 403, "{path}");
        assert_eq!(owner.worker.send("POST", path, &[], b"{}").status, 401, "{path}");
    }
    let book = owner.worker.send("GET", "/api/v1/scoring/book", &headers, b"").json();
    assert_eq!(
        (&book["leads"][0]["id"], &book["leads"][0]["answers"]["role"]),
        (&json!(id), &json!("user"))
    );
    assert_eq!(book["leads"][0]["class"], "business");
    // Where a lead came from can be asked about like everything else that is known of it.
    let body = r#"{"answers":{"name":"two","email":"two@good.co"},"page":{"page_url":"https://a.co/p?utm_campaign=March&utm_source=news"}}"#;
    assert_eq!(owner.worker.submit("from-a-campaign", body).status, 201);
    let book = owner.worker.send("GET", "/api/v1/scoring/book", &headers, b"").json();
    let came = &book["leads"][1]["answers"];
    assert_eq!(
        (&came["utm_campaign"], &came["page_url"]),
        (&json!("March"), &json!("https://a.co/p"))
    );
    assert_eq!(owner.worker.send("GET", "/api/v1/scoring/book", &[], b"").status, 401);
    assert_eq!(owner.worker.send("GET", "/api/v1/scoring/book?after=x", &headers, b"").status, 422);
}

#[test]
fn what_was_published_once_turns_no_visitor_away() {
    let owner = Owner::start();
    // A version of a time when an expression could be larger, as a backup brings it back.
    let mut model = owner.get("/api/v1/scoring")["model"].take();
    model["version"] = json!(7);
    let place = rule(&mut model, "role.decision_maker");
    model["rules"][place]["when"] =
        json!({ "matches": { "fact": "role", "pattern": "(?:[a-z_]{9}-?){40}|user" } });
    let row = json!([7, model.to_string(), 0, "Ada", "Then"]).to_string();
    let restored = owner.post("/api/v1/backup/scoring_models", &json!({ "rows": [row] }));
    assert_eq!(restored.json()["left_out"], json!([]), "{}", restored.text);
    let id = owner.capture("then", "user");
    let lead = owner.lead(&id)["lead"].take();
    assert_eq!(lead["details"]["score"]["model_version"], 7);
    let reasons = lead["details"]["score"]["reasons"].as_array().unwrap().clone();
    assert!(reasons.iter().any(|reason| reason["rule"] == "role.decision_maker"), "{reasons:?}");
    // What is made from it says what is too much by now.
    let refused = owner.publish(&model);
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("role.decision_maker"), "{}", refused.text);
}
