//! Addresses and what DNS says of them, every way a resolver can be.

use std::sync::Arc;
use std::time::Duration;

use plumbline_e2e::resolver::{self, Reply, Script, mx};
use plumbline_e2e::worker::Worker;

use super::{eventually, lead, shared, stored, unique};

fn verdict(domain: &str) -> (String, Vec<String>) {
    let body = serde_json::json!({ "addresses": [format!("ada@{domain}")] }).to_string();
    let bearer = format!("Bearer {}", shared().key);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = shared().worker.send("POST", "/api/v1/email-checks", &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text);
    let found = answer.json()["checks"][0]["assessment"].clone();
    assert_eq!(found["mailbox"], "unverified");
    let reasons = found["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r.as_str().unwrap().to_owned())
        .collect();
    (found["verdict"].as_str().unwrap().to_owned(), reasons)
}

#[test]
fn every_answer_has_its_verdict() {
    for (domain, expected, reason) in [
        ("good.co", "deliverable", "mx_ok"),
        ("nx.co", "undeliverable", "nxdomain"),
        ("nullmx.co", "undeliverable", "null_mx"),
        ("implicit.co", "risky", "implicit_mx"),
        ("private.co", "undeliverable", "address_not_public"),
        ("nodata.co", "undeliverable", "no_mx_no_address"),
        ("mailinator.com", "risky", "mx_ok"),
        ("flood.co", "deliverable", "mx_ok"),
        ("deadmx.co", "undeliverable", "mx_unresolvable"),
        ("hiddenmx.co", "undeliverable", "mx_address_not_public"),
        ("bogus.co", "risky", "dnssec_bogus"),
    ] {
        let (verdict, reasons) = verdict(domain);
        assert_eq!((verdict.as_str(), reasons[0].as_str()), (expected, reason), "{domain}");
    }
    assert_eq!(verdict("mailinator.com").1, ["mx_ok", "disposable_domain"]);
    assert_eq!(verdict("policy.co").1, ["mx_ok", "spf_present", "dmarc_present"]);
    assert_eq!(verdict("good.con").1, ["mx_ok"]);
    assert_eq!(verdict("nx.con").1, ["nxdomain", "typo_suspected", "tld_unknown"]);
}

#[test]
fn a_resolver_that_fails_never_makes_an_address_bad() {
    // Attack case 23 and the faults of VALIDATION §2. A hanging resolver hangs for 20 seconds, so
    // an answer at all shows that the cut-off works.
    for (domain, reason) in [
        ("servfail.co", "dns_servfail"),
        ("refused.co", "dns_refused"),
        ("slow.co", "dns_timeout"),
        ("latemx.co", "mx_target_unchecked"),
        ("hang.co", "dns_timeout"),
        ("http500.co", "ns_unreachable"),
        ("garbage.co", "ns_unreachable"),
        ("text.co", "ns_unreachable"),
        ("cut.co", "ns_unreachable"),
    ] {
        assert_eq!(verdict(domain), ("unknown".to_owned(), vec![reason.to_owned()]), "{domain}");
    }
    // A lie and a loop carry no record of the name that was asked for.
    for domain in ["liar.co", "loop.co"] {
        assert_eq!(
            verdict(domain),
            ("undeliverable".to_owned(), vec!["no_mx_no_address".to_owned()]),
            "{domain}"
        );
    }
}

#[test]
fn a_lead_is_stored_whatever_the_resolver_does() {
    for domain in ["hang.co", "servfail.co", "garbage.co", "nx.co"] {
        let id = stored(&format!(r#"{{"answers":{{"name":"Kept","email":"kept@{domain}"}}}}"#));
        let found = lead(&id);
        let expected = if domain == "nx.co" { "undeliverable" } else { "unknown" };
        assert_eq!(found["summary"]["verdict"], expected, "{domain}");
    }
}

#[test]
fn a_domain_is_asked_about_once() {
    // Attack case 22: the answer is kept for its time to live.
    let domain = format!("{}.co", unique("once"));
    for _ in 0..5 {
        stored(&format!(r#"{{"answers":{{"name":"A","email":"a@{domain}"}}}}"#));
    }
    let asked = shared().asked.lock().unwrap();
    let counts: Vec<_> =
        asked.iter().filter(|((name, _), _)| *name == domain).map(|(_, count)| *count).collect();
    assert_eq!(counts, [1, 1, 1, 1], "A, MX, TXT and AAAA");
}

#[test]
fn only_the_domain_of_a_visitor_travels() {
    let send = |domain: &str| {
        let body = serde_json::json!({ "form_id": "demo", "domain": domain }).to_string();
        shared().worker.send(
            "POST",
            "/api/v1/domain-checks",
            &[("content-type", "application/json")],
            body.as_bytes(),
        )
    };
    let good = send("good.co");
    assert_eq!((good.status, &good.json()["verdict"]), (200, &"deliverable".into()));
    assert_eq!(send("nx.co").json()["verdict"], "undeliverable");
    assert_eq!(send("exämple.co").json()["domain"], "xn--exmple-cua.co");
    for bad in ["", "nodot", "a b.co", "x@good.co", "127.0.0.1", "[::1]"] {
        assert_eq!(send(bad).status, 422, "{bad}");
    }
}

#[test]
fn lists_of_addresses_are_bounded() {
    let send = |count: usize| {
        let body = serde_json::json!({ "addresses": vec!["a@good.co"; count] }).to_string();
        let bearer = format!("Bearer {}", shared().key);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        shared().worker.send("POST", "/api/v1/email-checks", &headers, body.as_bytes())
    };
    assert_eq!((send(0).status, send(101).status), (422, 422));
    let hundred = send(100);
    assert_eq!(hundred.json()["checks"].as_array().unwrap().len(), 100);
}

#[test]
fn a_second_resolver_answers_where_the_first_fails() {
    // A resolver that hangs on everything, one that refuses everything, one that makes up an answer.
    let silent: Script = Arc::new(|_, _| Reply::Silence);
    let refusing: Script = Arc::new(|_, _| Reply::Message(5, None, Vec::new()));
    let filtering: Script = Arc::new(|_, _| Reply::Message(3, Some(17), Vec::new()));
    for (script, expected) in
        [(refusing, "deliverable"), (filtering, "deliverable"), (silent, "unknown")]
    {
        let (first, _) = resolver::start_with(0, script).expect("a port");
        let (second, asked) = resolver::start(0).expect("a port");
        let worker = Worker::start(&first, &["--doh", &second]);
        let check = |domain: &str| {
            let body = serde_json::json!({ "form_id": "demo", "domain": domain }).to_string();
            let headers = [("content-type", "application/json")];
            let path = "/api/v1/domain-checks";
            worker.send("POST", path, &headers, body.as_bytes()).json()["verdict"].clone()
        };
        assert_eq!(check("good.co"), expected);
        // The question that decides was asked again; what else hangs is not waited for.
        let asked = asked.lock().unwrap();
        assert!(asked.contains_key(&("good.co".to_owned(), 15)));
    }
}

#[test]
fn what_came_too_late_is_there_for_the_next() {
    let late: Script = Arc::new(|name, kind| match kind {
        15 => Reply::Late(Duration::from_millis(400), vec![mx(name, 10, "mx.zoho.eu")]),
        _ => Reply::of(Vec::new()),
    });
    let (url, asked) = resolver::start_with(0, late).expect("a port");
    let worker = Worker::start(&url, &[]);
    let check = || {
        let body = br#"{"form_id":"demo","domain":"acme.co"}"#;
        let headers = [("content-type", "application/json")];
        worker.send("POST", "/api/v1/domain-checks", &headers, body).json()["verdict"].clone()
    };
    assert_eq!(check(), "unknown");
    eventually("the look-up goes on behind the answer", || check() == "deliverable");
    let asked = asked.lock().unwrap();
    assert_eq!(asked.get(&("acme.co".to_owned(), 15)), Some(&1), "and is not begun anew meanwhile");
}

#[test]
fn domains_are_reported_for_whole_lists() {
    let send = |body: &serde_json::Value, key: &str| {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let path = "/api/v1/domain-reports";
        shared().worker.send("POST", path, &headers, body.to_string().as_bytes())
    };
    let key = &shared().key;
    let body = serde_json::json!({ "domains": ["good.co", "nx.co", "iclud.con", "no domain"] });
    let answer = send(&body, key);
    let found = answer.json();
    let verdicts: Vec<_> = (0..4).map(|n| found["reports"][n]["verdict"].clone()).collect();
    assert_eq!(verdicts, ["deliverable", "undeliverable", "deliverable", "undeliverable"]);
    assert_eq!(found["reports"][0]["provider"], "other");
    assert_eq!(found["reports"][2]["suggestion"], "icloud.com");
    assert_eq!(found["reports"][3]["reasons"], serde_json::json!(["space"]));
    for count in [0, 5] {
        let bad = serde_json::json!({ "domains": vec!["a.co"; count] });
        assert_eq!(send(&bad, key).status, 422, "{count}");
    }
    assert_eq!(send(&body, "plk_nobody").status, 401);
    let reader = shared().worker.api_key("leads:read");
    assert_eq!(send(&body, &reader).status, 403);
}

#[test]
fn a_sending_domain_is_told_record_by_record() {
    let ask = |body: serde_json::Value| {
        let bearer = format!("Bearer {}", shared().key);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = body.to_string();
        shared().worker.send("POST", "/api/v1/domain-health", &headers, body.as_bytes())
    };
    let findings = |body: serde_json::Value| -> Vec<String> {
        let answer = ask(body);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let answer = answer.json();
        let lines = answer["lines"].as_array().unwrap().iter();
        lines.map(|line| line["finding"].as_str().unwrap().to_owned()).collect()
    };
    let of = |domain: &str, selector: &str| serde_json::json!({ "domain": domain, "selector": selector });
    assert_eq!(
        findings(of("policy.co", "mail")),
        ["mx_present", "spf_closes", "dkim_present", "dmarc_enforced"]
    );
    assert_eq!(
        findings(of("policy.co", "old")),
        ["mx_present", "spf_closes", "dkim_missing", "dmarc_enforced"]
    );
    assert_eq!(
        findings(serde_json::json!({ "domain": "good.co" })),
        ["mx_present", "spf_missing", "dkim_not_asked", "dmarc_missing"]
    );
    // Where the resolver is silent nothing is claimed.
    assert_eq!(
        findings(of("hang.co", "mail")),
        ["not_known", "not_known", "dkim_missing", "dmarc_missing"]
    );
    assert_eq!(ask(of("no domain", "mail")).status, 422);
    assert_eq!(ask(of("policy.co", "mail/../x")).status, 422);
}
