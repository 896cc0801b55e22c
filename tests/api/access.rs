//! Who may come in, and how far.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plumbline_e2e::worker::{Answer, Worker};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{shared, stored};

/// Signs in with the one-time link; returns the cookie.
pub fn sign_in(worker: &Worker) -> String {
    let answer = open(worker, &worker.sign_in_token);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Strict")
            && cookie.contains("Max-Age=43200"),
        "{cookie}"
    );
    cookie.split(';').next().unwrap().to_owned()
}

/// Opens a session that ends by itself; returns its cookie.
pub fn session(lasts: Duration) -> String {
    let cookie = super::unique("plumbline=session-");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let at = |moment: Duration| i64::try_from(moment.as_millis()).unwrap();
    let values = (hash_of(&cookie), at(now), at(now + lasts));
    let insert = "INSERT INTO sessions (token_hash, created_at, expires_at) VALUES (?1, ?2, ?3)";
    shared().worker.sql(|db| db.execute(insert, values));
    cookie
}

/// Ends a session in the database, behind the back of the Worker.
pub fn end_session(cookie: &str) {
    let delete = "DELETE FROM sessions WHERE token_hash = ?1";
    assert_eq!(shared().worker.sql(|db| db.execute(delete, [hash_of(cookie)])), 1);
}

fn hash_of(cookie: &str) -> String {
    let token = cookie.split_once('=').unwrap().1;
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes an API key as the owner does.
pub fn make_key(name: &str, scope: &str) -> Value {
    let body = serde_json::json!({ "name": name, "scopes": [scope] });
    let made = browser("POST", "/api/v1/api-keys", &[], &body.to_string());
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()
}

/// Revokes an API key as the owner does.
pub fn revoke_key(id: &str) {
    assert_eq!(browser("DELETE", &format!("/api/v1/api-keys/{id}"), &[], "").status, 204);
}

fn open(worker: &Worker, token: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("origin", worker.origin.as_str())];
    worker.send(
        "POST",
        "/api/v1/sessions",
        &headers,
        format!(r#"{{"token":"{token}"}}"#).as_bytes(),
    )
}

/// Lets one story at a time change the sites of the form that all share.
pub fn one_at_a_time() -> MutexGuard<'static, ()> {
    static SITES: Mutex<()> = Mutex::new(());
    SITES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the demo form's sites, as the owner.
pub fn patch_form(origins: &[&str]) -> Answer {
    set_sites(origins, &[])
}

/// Sets the demo form's sites, those that are blocked included, as the owner.
pub fn set_sites(allowed: &[&str], blocked: &[&str]) -> Answer {
    let body = serde_json::json!({ "allowed_origins": allowed, "blocked_origins": blocked });
    browser("PATCH", "/api/v1/forms/demo", &[], &body.to_string())
}

/// Asks for a page to be tested, as the owner.
pub fn test_page(url: &str) -> Answer {
    let body = serde_json::json!({ "form_id": "demo", "url": url }).to_string();
    browser("POST", "/api/v1/site-tests", &[], &body)
}

/// Calls as the owner who is signed in.
pub fn as_owner(method: &str, path: &str, body: &str) -> Answer {
    browser(method, path, &[], body)
}

/// Sends what the dashboard's own page would send.
fn browser(method: &str, path: &str, extra: &[(&str, &str)], body: &str) -> Answer {
    let shared = shared();
    let mut headers = vec![
        ("cookie", shared.cookie.as_str()),
        ("origin", shared.worker.origin.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/json"),
    ];
    headers.retain(|(name, _)| !extra.iter().any(|(other, _)| other == name));
    headers.extend(extra.iter().filter(|(_, value)| !value.is_empty()));
    shared.worker.send(method, path, &headers, body.as_bytes())
}

const LEAD: &str = r#"{"answers":{"name":"Access","email":"a@good.co"}}"#;

#[test]
fn nobody_comes_in_without_a_key() {
    let worker = &shared().worker;
    let id = stored(LEAD);
    let one = format!("/api/v1/leads/{id}");
    for (method, path) in [
        ("GET", "/api/v1/leads"),
        ("GET", one.as_str()),
        ("PATCH", one.as_str()),
        ("DELETE", one.as_str()),
        ("GET", "/api/v1/overview"),
        ("POST", "/api/v1/email-checks"),
        ("GET", "/api/v1/live"),
        ("GET", "/api/v1/api-keys"),
        ("POST", "/api/v1/api-keys"),
        ("GET", "/api/v1/sessions/current"),
        ("GET", "/api/v1/forms/demo"),
        ("PATCH", "/api/v1/forms/demo"),
    ] {
        let answer = worker.send(method, path, &[], b"{}");
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (401, &"unauthorized".into()),
            "{method} {path}"
        );
    }
}

#[test]
fn forged_credentials_are_nothing() {
    // Attack case 38.
    let worker = &shared().worker;
    let jwt = "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9.";
    for value in [jwt, "Bearer plk_0000", "Bearer ", "Basic b3duZXI6", "plk_x"] {
        assert_eq!(
            worker.send("GET", "/api/v1/leads", &[("authorization", value)], b"").status,
            401,
            "{value}"
        );
    }
    for cookie in ["plumbline=", "plumbline=x", "plumbline=' OR 1=1--", "__Host-plumbline=x"] {
        assert_eq!(
            worker.send("GET", "/api/v1/leads", &[("cookie", cookie)], b"").status,
            401,
            "{cookie}"
        );
    }
    // A wrong key is not saved by a good cookie.
    let headers = [("authorization", "Bearer nope"), ("cookie", shared().cookie.as_str())];
    assert_eq!(worker.send("GET", "/api/v1/leads", &headers, b"").status, 401);
}

#[test]
fn a_key_goes_as_far_as_its_scopes() {
    // Attack case 35.
    let worker = &shared().worker;
    let reader = worker.api_key("leads:read");
    let bearer = format!("Bearer {reader}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("if-match", "\"1\""),
    ];
    let id = stored(LEAD);
    let one = format!("/api/v1/leads/{id}");
    assert_eq!(worker.send("GET", &one, &headers, b"").status, 200);
    for (method, path, body) in [
        ("DELETE", one.as_str(), "{}"),
        ("PATCH", one.as_str(), r#"{"note":"x"}"#),
        ("POST", "/api/v1/email-checks", r#"{"addresses":["a@good.co"]}"#),
        ("GET", "/api/v1/api-keys", ""),
        ("POST", "/api/v1/api-keys", r#"{"name":"x","scopes":["leads:write"]}"#),
        ("PATCH", "/api/v1/forms/demo", r#"{"allowed_origins":["*"]}"#),
        ("GET", "/api/v1/sessions/current", ""),
    ] {
        assert_eq!(
            worker.send(method, path, &headers, body.as_bytes()).status,
            403,
            "{method} {path}"
        );
    }
    assert_eq!(worker.send("GET", &one, &headers, b"").status, 200, "it is still there");
}

#[test]
fn an_id_that_is_not_ours_is_not_there() {
    // Attack case 34: every verb answers the same.
    let mut bodies = Vec::new();
    for id in [
        "0192f0c1-0000-7000-8000-000000000000",
        "1",
        "not-an-id",
        "0192F0C1-0000-7000-8000-000000000000",
    ] {
        for method in ["GET", "PATCH", "DELETE"] {
            let answer = browser(
                method,
                &format!("/api/v1/leads/{id}"),
                &[("if-match", "\"1\"")],
                r#"{"note":"x"}"#,
            );
            assert_eq!(answer.status, 404, "{method} {id}");
            let mut body = answer.json();
            body.as_object_mut().unwrap().remove("request_id");
            bodies.push(body);
        }
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[test]
fn another_site_cannot_use_the_cookie() {
    // Attack case 36.
    let id = stored(LEAD);
    let one = format!("/api/v1/leads/{id}");
    let note = r#"{"note":"x"}"#;
    let version = ("if-match", "\"1\"");
    for extra in [
        [("origin", "https://evil.co"), version, ("sec-fetch-site", "cross-site")],
        [("origin", ""), version, ("sec-fetch-site", "")],
        [("origin", "null"), version, ("sec-fetch-site", "")],
        [("sec-fetch-site", "same-site"), version, ("x-nothing", "1")],
    ] {
        assert_eq!(browser("PATCH", &one, &extra, note).status, 403, "{extra:?}");
        assert_eq!(browser("DELETE", &one, &extra, "").status, 403, "{extra:?}");
    }
    assert_eq!(
        browser("PATCH", &one, &[version, ("content-type", "text/plain")], note).status,
        415
    );
    let socket =
        [("upgrade", "websocket"), ("connection", "upgrade"), ("origin", "https://evil.co")];
    assert_eq!(browser("GET", "/api/v1/live", &socket, "").status, 403);
    assert_eq!(browser("PATCH", &one, &[version], note).status, 200);
}

#[test]
fn a_sign_in_link_works_once_and_a_session_ends_at_once() {
    // Attack case 37.
    let shared = shared();
    assert_eq!(open(&shared.worker, &shared.worker.sign_in_token).status, 401);
    assert_eq!(open(&shared.worker, "nope").json()["code"], "invalid_sign_in_link");
    let own = Worker::start("http://127.0.0.1:9/dns-query", &[]);
    let cookie = sign_in(&own);
    let headers = [("cookie", cookie.as_str()), ("origin", own.origin.as_str())];
    assert_eq!(own.send("GET", "/api/v1/sessions/current", &headers, b"").status, 200);
    assert_eq!(own.send("DELETE", "/api/v1/sessions/current", &headers, b"").status, 204);
    assert_eq!(own.send("GET", "/api/v1/leads", &headers, b"").status, 401);
}

#[test]
fn a_key_is_made_shown_once_and_revoked() {
    let made =
        browser("POST", "/api/v1/api-keys", &[], r#"{"name":"Nightly","scopes":["leads:read"]}"#);
    assert_eq!(made.status, 201, "{}", made.text);
    let (secret, id) = (
        made.json()["secret"].as_str().unwrap().to_owned(),
        made.json()["api_key"]["id"].as_str().unwrap().to_owned(),
    );
    assert!(secret.starts_with("plk_") && secret.len() == 47);
    let kept: i64 = shared().worker.sql(|db| {
        db.query_row(
            "SELECT count(*) FROM api_keys WHERE secret_hash LIKE '%' || ?1 || '%'",
            [&secret],
            |r| r.get(0),
        )
    });
    assert_eq!(kept, 0, "the secret itself is stored nowhere");
    let list = browser("GET", "/api/v1/api-keys", &[], "");
    assert!(list.text.contains("Nightly") && !list.text.contains(&secret));
    let bearer = format!("Bearer {secret}");
    let read = || {
        shared()
            .worker
            .send("GET", "/api/v1/leads", &[("authorization", bearer.as_str())], b"")
            .status
    };
    assert_eq!(read(), 200);
    assert_eq!(browser("DELETE", &format!("/api/v1/api-keys/{id}"), &[], "").status, 204);
    assert_eq!(read(), 401);
    assert_eq!(browser("POST", "/api/v1/api-keys", &[], r#"{"name":"","scopes":[]}"#).status, 422);
}
