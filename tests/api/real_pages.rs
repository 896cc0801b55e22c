//! What real pages, networks and keyboards send.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use plumbline_e2e::worker::Answer;

use super::access::{one_at_a_time, set_sites, test_page};
use super::{eventually, lead, owner, shared, stored, unique};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const SUBMISSIONS: &str = "/api/v1/forms/demo/submissions";

fn post(body: &[u8], headers: &[(&str, &str)]) -> Answer {
    let own = [FORM];
    let own = own.iter().filter(|(name, _)| headers.iter().all(|(other, _)| other != name));
    let all: Vec<_> = own.chain(headers).copied().collect();
    shared().worker.send("POST", SUBMISSIONS, &all, body)
}

fn count(name: &str) -> i64 {
    shared().worker.sql(|db| {
        db.query_row("SELECT count(*) FROM leads WHERE name = ?1", [name], |row| row.get(0))
    })
}

#[test]
fn a_saved_page_stores_each_of_its_visitors_once() {
    let worker = &shared().worker;
    let page = worker.send("GET", "/f/demo", &[], b"").text;
    let key = page.split("name=\"idempotency_key\" value=\"").nth(1).unwrap();
    let key = key.split('"').next().unwrap();
    let (ines, bruno) = (unique("Ines "), unique("Bruno "));
    let body = |name: &str| {
        format!("name={name}&email=a%40good.co&idempotency_key={key}").replace(' ', "+")
    };
    assert_eq!(post(body(&ines).as_bytes(), &[]).status, 303);
    // Another visitor of the saved page, and a double click of theirs.
    assert_eq!(post(body(&bruno).as_bytes(), &[]).status, 303);
    assert_eq!(post(body(&bruno).as_bytes(), &[]).status, 303);
    assert_eq!(post(body(&ines).as_bytes(), &[]).status, 303);
    assert_eq!((count(&ines), count(&bruno)), (1, 1));
}

#[test]
fn a_retry_with_the_trap_filled_is_held_once() {
    let worker = &shared().worker;
    let (key, name) = (unique("trap-retry-"), unique("Trudy "));
    let body = format!(
        r#"{{"answers":{{"name":"{name}","email":"t@good.co","website2":"x"}},"page":{{}}}}"#
    );
    let ids: Vec<_> =
        (0..4).map(|_| worker.submit(&key, &body).json()["lead_id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let id = ids[0].as_str().unwrap();
    assert_eq!(owner("POST", &format!("/api/v1/quarantine/{id}/release")).status, 201);
    // A retry that comes later still finds it.
    assert_eq!(worker.submit(&key, &body).json()["lead_id"], ids[0]);
    assert_eq!(count(&name), 1);
    let held = owner("GET", "/api/v1/quarantine").json();
    let held = held["submissions"].as_array().unwrap();
    assert!(held.iter().all(|one| one["answers"]["name"] != name.as_str()));
}

#[test]
fn what_was_kept_is_held_where_the_form_has_changed() {
    let worker = &shared().worker;
    let (key, name) = (unique("kept-"), unique("Kept "));
    let answers = format!(
        r#"{{"name":"{name}","email":"not an address","shoe_size":"41","role":"captain"}}"#
    );
    let now = worker.submit(&key, &format!(r#"{{"answers":{answers}}}"#));
    assert_eq!((now.status, &now.json()["code"]), (422, &"invalid_fields".into()));
    let kept = format!(r#"{{"answers":{answers},"kept":true}}"#);
    let held = worker.submit(&key, &kept);
    assert_eq!(held.status, 201, "{}", held.text);
    assert_eq!(worker.submit(&key, &kept).json(), held.json());
    let id = held.json()["lead_id"].as_str().unwrap().to_owned();
    let list = owner("GET", "/api/v1/quarantine").json();
    let found = list["submissions"].as_array().unwrap().iter().find(|one| one["id"] == id.as_str());
    assert_eq!(found.unwrap()["reason"], "form_changed");
    // The owner can always make it a lead: nothing of what was typed is gone.
    assert_eq!(owner("POST", &format!("/api/v1/quarantine/{id}/release")).status, 201);
    let answers = lead(&id)["details"]["answers"].clone();
    assert_eq!(
        (&answers["email_as_typed"], &answers["shoe_size"], &answers["role"]),
        (&"not an address".into(), &"41".into(), &"captain".into())
    );
    // One that still fits becomes a lead at once.
    let good = unique("Fits ");
    let body = format!(r#"{{"answers":{{"name":"{good}","email":"a@good.co"}},"kept":true}}"#);
    assert_eq!(worker.submit(&unique("kept-"), &body).status, 201);
    assert_eq!(count(&good), 1);
}

#[test]
fn a_form_in_an_old_encoding_keeps_its_letters() {
    let sent = |body: &[u8], content_type: &str| {
        assert_eq!(post(body, &[("content-type", content_type)]).status, 303);
    };
    let plain = "application/x-www-form-urlencoded";
    let mark = unique("M");
    let of = |name: &str| format!("name={name}+{mark}&email=a%40good.co");
    // Nothing is said, and it is no UTF-8: what browsers send of a windows-1252 page.
    sent(of("J%F6rg+M%FC%DFig").as_bytes(), plain);
    assert_eq!(count(&format!("Jörg Müßig {mark}")), 1);
    sent(of("%C0%ED%ED%E0").as_bytes(), "application/x-www-form-urlencoded; charset=windows-1251");
    assert_eq!(count(&format!("Анна {mark}")), 1);
    sent(format!("{}&_charset_=Shift_JIS", of("%8ER%93c")).as_bytes(), plain);
    assert_eq!(count(&format!("山田 {mark}")), 1);
    sent(of("Zo%C3%AB").as_bytes(), "application/x-www-form-urlencoded;charset=UTF-8");
    assert_eq!(count(&format!("Zoë {mark}")), 1);
}

#[test]
fn invisible_characters_and_full_width_are_read() {
    let answer = |answers: serde_json::Value| {
        let id = stored(&serde_json::json!({ "answers": answers }).to_string());
        lead(&id)["details"].clone()
    };
    let found = answer(serde_json::json!({
        "name": "\u{202b}\u{645}\u{62d}\u{645}\u{62f}\u{202c}", "email": "\u{202a}m@good.co\u{202c}",
    }));
    assert_eq!(found["answers"]["name"], "\u{645}\u{62d}\u{645}\u{62f}");
    assert_eq!(found["answers"]["email"], "m@good.co");
    let found = answer(serde_json::json!({
        "name": "山田 花子", "email": "hanako＠good.co", "phone": "０９０－１２３４－５６７８", "country": "JP",
    }));
    assert_eq!(found["answers"]["email"], "hanako@good.co");
    assert_eq!(
        (&found["phone"]["e164"], &found["phone"]["verdict"], &found["phone"]["kind"]),
        (&"+819012345678".into(), &"valid".into(), &"mobile".into())
    );
}

#[test]
fn a_plain_post_that_is_too_long_gets_a_page() {
    let body = format!("name=Ada&email=a%40good.co&need={}", "%E8%AA%9E".repeat(40_000));
    let page = post(body.as_bytes(), &[]);
    assert_eq!(page.status, 413);
    assert!(
        page.text.contains("<form") && page.text.contains("Please shorten it"),
        "{}",
        page.text
    );
    // Three long fields in a script of three bytes are not too long.
    let name = unique("Long ");
    let body = format!("name={name}&email=a%40good.co&need={}", "%E8%AA%9E".repeat(5_000));
    assert_eq!(post(body.replace(' ', "+").as_bytes(), &[]).status, 303);
    assert_eq!(count(&name), 1);
}

#[test]
fn a_site_that_is_not_listed_is_marked_until_the_owner_decides() {
    let _others_wait = one_at_a_time();
    let worker = &shared().worker;
    let site = format!("https://{}.example", unique("site-").to_lowercase());
    let submit = || {
        let headers = [("content-type", "application/json"), ("origin", site.as_str())];
        let body = br#"{"answers":{"name":"Sita","email":"s@good.co"}}"#;
        worker.send("POST", SUBMISSIONS, &headers, body)
    };
    let mark = |answer: &Answer| {
        assert_eq!(answer.status, 201, "{}", answer.text);
        lead(answer.json()["lead_id"].as_str().unwrap())["details"]["unlisted_site"].clone()
    };
    assert_eq!(mark(&submit()), site.as_str());
    let start = br#"{"kind":"start"}"#;
    let headers = [("content-type", "text/plain"), ("origin", site.as_str())];
    assert_eq!(worker.send("POST", "/api/v1/forms/demo/page-views", &headers, start).status, 204);
    let listed = || {
        let sites = owner("GET", "/api/v1/forms/demo/sites").json();
        let sites = sites["sites"].as_array().unwrap().clone();
        sites.into_iter().find(|one| one["origin"] == site.as_str())
    };
    eventually("the site is counted", || {
        listed().is_some_and(|one| one["starts"] == 1 && one["submissions"] == 1)
    });
    // Allowed, its leads are like any other.
    assert_eq!(set_sites(&[&site], &[]).status, 200);
    assert_eq!(listed(), None);
    assert_eq!(mark(&submit()), serde_json::Value::Null);
    // Blocked, it is told before anybody types, and nothing is taken from it.
    assert_eq!(set_sites(&[], &[&site]).status, 200);
    let refused = submit();
    assert_eq!((refused.status, &refused.json()["code"]), (403, &"site_blocked".into()));
    assert_eq!(refused.header("access-control-allow-origin"), Some(site.as_str()));
    let plain = post(b"name=Sita&email=s%40good.co", &[("origin", &site)]);
    assert_eq!(plain.status, 403);
    assert!(
        plain.text.contains("not available on this site") && plain.text.contains("value=\"Sita\"")
    );
    let embed = worker.send("GET", "/embed.js?form=demo", &[], b"").text;
    assert!(embed.contains(&format!("blocked:[\"{site}\"]")));
    assert_eq!(set_sites(&[], &["*"]).status, 422);
    assert_eq!(set_sites(&[], &[]).status, 200);
}

/// Serves one page of another site, with these headers.
fn page(headers: &str, html: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/contact", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{html}",
        html.len()
    );
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        drop(stream.read(&mut [0; 2_048]));
        drop(stream.write_all(answer.as_bytes()));
    });
    url
}

#[test]
fn a_page_is_tested_for_what_stands_in_the_way_of_its_form() {
    let own = &shared().worker.origin;
    let html = format!("<!doctype html><script src=\"{own}/embed.js?form=demo\"></script>");
    let found = |url: &str| test_page(url).json()["findings"].clone();
    let plain = "content-type: text/html\r\n";
    assert_eq!(found(&page(plain, &html)), serde_json::json!(["not_listed"]));
    assert_eq!(found(&page(plain, "<p>Hello</p>"))[0], "no_script");
    let strict = format!("{plain}content-security-policy: default-src 'self'\r\n");
    let strict = found(&page(&strict, &html));
    let strict = strict.as_array().unwrap();
    assert!(
        strict.contains(&"script_refused".into()) && strict.contains(&"sending_refused".into())
    );
    assert_eq!(found("http://127.0.0.1:9/")[0], "unreachable");
    for bad in ["", "acme.co", "javascript:alert(1)", "file:///etc/passwd", "https://"] {
        assert_eq!(test_page(bad).status, 422, "{bad}");
    }
}
