//! What PERFORMANCE §B4 sends, and what has to come back. The numbers are its case numbers.

use std::io::{Read, Write};
use std::net::TcpStream;

use plumbline_e2e::worker::Answer;

use super::{lead, owner, shared, stored, unique};

fn refused(body: &str) -> (u16, serde_json::Value) {
    let before = count();
    let answer = shared().worker.submit(&unique("bad-"), body);
    // Other stories may store at the same time, but nothing under this key.
    assert!(count() >= before);
    let json = answer.json();
    (answer.status, json)
}

fn count() -> i64 {
    shared().worker.sql(|db| db.query_row("SELECT count(*) FROM leads", [], |row| row.get(0)))
}

fn answers(name: &str, value: &str) -> String {
    let value = serde_json::to_string(value).unwrap();
    let base = if name == "name" { String::new() } else { r#""name":"Ada","#.to_owned() };
    let email = if name == "email" { String::new() } else { r#""email":"a@good.co","#.to_owned() };
    format!(r#"{{"answers":{{{base}{email}"{name}":{value}}}}}"#)
}

#[test]
fn markup_formulas_and_sql_are_stored_as_text() {
    // Cases 1, 2, 4, 5 and 6: a value is a value.
    for (name, value) in [
        ("name", "<img src=x onerror=fetch('//e')>"),
        ("company", "'); DROP TABLE leads;--"),
        ("company", "=cmd|'/c calc'!A1"),
        ("need", "javascript:alert(1)"),
        ("need", "data:text/html,<script>1</script>"),
        ("name", "@SUM(1)"),
    ] {
        let lead = lead(&stored(&answers(name, value)));
        assert_eq!(lead["details"]["answers"][name], value);
    }
    let page = r#"{"answers":{"name":"A","email":"a@good.co"},"page":{"page_url":"javascript:alert(1)","page_title":"\"><svg onload=x>","referrer":"javascript:x"}}"#;
    let from = lead(&stored(page))["details"]["attribution"].clone();
    assert_eq!(from["page_title"], "\"><svg onload=x>");
    assert!(from["page_url"].is_null() && from["referrer_host"].is_null());
    let tables: i64 = shared().worker.sql(|db| {
        db.query_row("SELECT count(*) FROM sqlite_master WHERE name = 'leads'", [], |r| r.get(0))
    });
    assert_eq!(tables, 1);
}

#[test]
fn queries_come_from_a_list() {
    // Cases 7 and 8.
    for query in [
        "sort=(SELECT 1)",
        "stage=lead'--",
        "filter[x)%20OR%201=1--]=1",
        "cell=Z9",
        "limit=0",
        "limit=x",
        "cursor=forged",
        "days=1",
    ] {
        assert_eq!(
            owner("GET", &format!("/api/v1/leads?{}", query.replace(' ', "%20"))).status,
            400,
            "{query}"
        );
    }
    let long = "%25".repeat(60);
    for words in [
        long.as_str(),
        "NEAR(%22",
        "%22%20OR%20*",
        "a%00b",
        "%F0%9F%92%A1",
        "*",
        "body%20:%20x",
        "-a",
        "^a",
    ] {
        let answer = owner("GET", &format!("/api/v1/leads?q={words}"));
        assert_eq!(answer.status, 200, "{words}: {}", answer.text);
    }
}

#[test]
fn nobody_assigns_what_is_ours() {
    // Cases 9, 21 and 53.
    for extra in
        ["score", "status", "workspace", "id", "cc", "_replyto", "__proto__", "constructor"]
    {
        let top = format!(r#"{{"answers":{{"name":"A","email":"a@good.co"}},"{extra}":"x"}}"#);
        let (status, problem) = refused(&top);
        assert_eq!(
            (status, &problem["errors"][0]["rule"]["code"]),
            (422, &"unknown_field".into()),
            "{extra}"
        );
        let (status, problem) = refused(&answers(extra, "x"));
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &extra.into()));
    }
}

#[test]
fn wrong_types_are_named() {
    // Case 11.
    for value in [r#"["a@b.c"]"#, r#"{"$ne":null}"#, "true", "1e999", "null"] {
        let (status, problem) =
            refused(&format!(r#"{{"answers":{{"name":"A","email":{value}}}}}"#));
        assert_eq!(status, 422, "{value}");
        assert_eq!(problem["errors"][0]["rule"]["code"], "not_text");
    }
}

fn raw(request: &[u8], chunks: impl Iterator<Item = Vec<u8>>) -> String {
    let address = shared().worker.origin.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    stream.write_all(request).unwrap();
    for chunk in chunks {
        // The server may stop listening once it has heard enough.
        if stream.write_all(&chunk).is_err() {
            break;
        }
    }
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).unwrap_or(0);
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[test]
fn huge_bodies_are_refused_before_they_are_read() {
    // Case 12.
    let head = |length: &str| {
        format!(
            "POST /api/v1/forms/demo/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
        )
    };
    let block = || std::iter::repeat_with(|| vec![b'['; 65_536]).take(2);
    // Nothing of the body is sent, and still the answer comes.
    let announced = raw(head("content-length: 10485760").as_bytes(), std::iter::empty());
    assert!(announced.starts_with("HTTP/1.1 413"), "{announced}");
    let chunks = block().map(|bytes| {
        [format!("{:x}\r\n", bytes.len()).into_bytes(), bytes, b"\r\n".to_vec()].concat()
    });
    let chunked = raw(head("transfer-encoding: chunked").as_bytes(), chunks);
    assert!(chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    let fits = format!(
        r#"{{"answers":{{"name":"A","email":"a@good.co","need":"{}"}}}}"#,
        "x".repeat(70_000)
    );
    // The proxy of the local server may lose a connection whose answer came before all of the body
    // was sent, and then answers 500 itself; only our own answer counts.
    let send = || shared().worker.submit(&unique("long-"), &fits);
    let ours = |answer: &Answer| answer.header("content-type") == Some("application/problem+json");
    let refused = std::iter::repeat_with(send).take(5).find(ours).expect("an answer of the Worker");
    assert_eq!(refused.status, 413);
}

#[test]
fn deep_many_and_double_are_refused() {
    // Cases 13, 14 and 15.
    assert_eq!(refused(&"[".repeat(60_000)).0, 400);
    assert_eq!(refused(&format!(r#"{{"answers":{{"name":{}"#, "[".repeat(50_000))).0, 400);
    let many: Vec<_> = (0..5_000).map(|n| format!(r#""k{n}":"""#)).collect();
    assert_eq!(refused(&format!(r#"{{"answers":{{{}}}}}"#, many.join(","))).0, 422);
    assert_eq!(refused(r#"{"answers":{"name":"A","email":"a@x.co","email":"b@y.co"}}"#).0, 400);
    assert_eq!(refused(r#"{"answers":{"name":"A"},"answers":{}}"#).0, 400);
    let query: Vec<_> = (0..3_000).map(|n| format!("p{n}=1")).collect();
    let answer = owner("GET", &format!("/api/v1/leads?{}", query.join("&")));
    assert!(matches!(answer.status, 400 | 414 | 431), "{}", answer.status);
    stored(&answers("need", "the next request is served"));
}

#[test]
fn broken_text_stores_nothing() {
    // Cases 16, 17 and 20.
    let worker = &shared().worker;
    let headers = [("content-type", "application/json")];
    let send =
        |body: &[u8]| worker.send("POST", "/api/v1/forms/demo/submissions", &headers, body).status;
    assert_eq!(send(b"{\"answers\":{\"name\":\"\xc3\x28\",\"email\":\"a@good.co\"}}"), 400);
    assert_eq!(send(b"{\"answers\":{\"name\":\"\xc0\xaf\",\"email\":\"a@good.co\"}}"), 400);
    assert_eq!(send(br#"{"answers":{"name":"\ud800","email":"a@good.co"}}"#), 422);
    for name in ["a\u{0}b", "x\r\nBcc: v@e.co", "a\u{7f}b", "\u{1b}[31m"] {
        let (status, problem) = refused(&answers("name", name));
        assert_eq!(
            (status, &problem["errors"][0]["rule"]["code"]),
            (422, &"control_character".into()),
            "{name:?}"
        );
    }
    // What is only invisible is taken out, so that it hides nothing.
    for name in ["a\u{202e}b", "a\u{200b}b", "a\u{2066}b\u{2069}"] {
        assert_eq!(lead(&stored(&answers("name", name)))["summary"]["name"], "ab", "{name:?}");
    }
    let composed = lead(&stored(&answers("name", "Zoe\u{308}")));
    assert_eq!(composed["summary"]["name"], "Zoë");
    let homograph = lead(&stored(&answers("email", "a@gооd.co")));
    assert!(homograph["summary"]["email"].as_str().unwrap().starts_with("a@xn--"));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let sent = worker.send(
        "POST",
        "/api/v1/forms/demo/submissions",
        &form,
        b"name=%C3%28%00&email=a%40good.co",
    );
    assert_eq!(sent.status, 422);
}

#[test]
fn addresses_are_judged_by_length_first() {
    // Case 18.
    for email in [
        format!("a@{}!", "a.".repeat(12_000)),
        format!("{}@b.co", "a".repeat(50_000)),
        format!("a@{}.co", "é".repeat(9_000)),
    ] {
        let (status, problem) = refused(&answers("email", &email));
        assert_eq!((status, &problem["errors"][0]["rule"]["reason"]), (422, &"too_long".into()));
    }
}

#[test]
fn methods_and_paths_are_exact() {
    // Case 19.
    let worker = &shared().worker;
    let put = worker.send("PUT", "/api/v1/forms/demo/submissions", &[], b"{}");
    assert_eq!((put.status, put.header("allow")), (405, Some("POST, OPTIONS")));
    assert_eq!(put.json()["code"], "method_not_allowed");
    let leads = owner("POST", "/api/v1/leads");
    assert_eq!((leads.status, leads.header("allow")), (405, Some("GET")));
    for path in [
        "/api/%2e%2e/admin",
        "//admin",
        "/api/v1/leads.css",
        "/api/v1",
        "/api/v2/leads",
        "/wrangler.toml",
        "/.env",
        "/.git/HEAD",
    ] {
        assert_eq!(owner("GET", path).status, 404, "{path}");
    }
    let list = owner("GET", "/api/v1/leads");
    assert_eq!(list.header("cache-control"), Some("no-store"));
    assert_eq!(owner("GET", "/api/v1/forms/unknown").status, 404);
    assert_eq!(
        worker
            .send(
                "POST",
                "/api/v1/forms/UNKNOWN/submissions",
                &[("content-type", "application/json")],
                b"{}"
            )
            .status,
        404
    );
}

#[test]
fn every_site_may_send_and_a_blocked_one_is_told_that_it_may_not() {
    // Case 32: answers hold nothing that a visitor may not know, and no credentials are ever allowed.
    let _others_wait = super::access::one_at_a_time();
    let worker = &shared().worker;
    let set = super::access::patch_form(&["https://www.acme.co"]);
    assert_eq!(set.status, 200, "{}", set.text);
    let submit = |origin: &str| {
        let headers = [("content-type", "application/json"), ("origin", origin)];
        worker.send("POST", "/api/v1/forms/demo/submissions", &headers, b"{}")
    };
    let allowed = submit("https://www.acme.co");
    assert_eq!(allowed.header("access-control-allow-origin"), Some("https://www.acme.co"));
    assert_eq!(allowed.header("access-control-allow-credentials"), None);
    let preflight = |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        worker.send("OPTIONS", "/api/v1/forms/demo/submissions", &headers, b"")
    };
    assert_eq!(
        preflight("https://www.acme.co").header("access-control-allow-origin"),
        Some("https://www.acme.co")
    );
    for other in ["https://other.example", "null", "https://www.acme.co.other.example"] {
        let refused = submit(other);
        assert_eq!(refused.status, 422, "{other}");
        assert_eq!(refused.header("access-control-allow-origin"), Some(other));
        assert_eq!(refused.header("access-control-allow-credentials"), None);
        assert_eq!(preflight(other).header("access-control-allow-origin"), Some(other));
    }
    // Framing follows the same list (case 54).
    let page = worker.send("GET", "/f/demo", &[], b"");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'self' https://www.acme.co;"), "{policy}");
    assert_eq!(super::access::patch_form(&["javascript:x"]).status, 422);
    assert_eq!(super::access::patch_form(&[]).status, 200);
}

#[test]
fn pages_are_bounded_and_cursors_signed() {
    // Case 52.
    for _ in 0..3 {
        stored(&answers("need", "a page"));
    }
    let page = owner("GET", "/api/v1/leads?limit=1");
    let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(owner("GET", &format!("/api/v1/leads?limit=1&cursor={cursor}")).status, 200);
    let forged = cursor.replacen("newest.0.", "newest.1.", 1);
    for bad in [forged.as_str(), "x", "newest.0.g.AAAA"] {
        let answer = owner("GET", &format!("/api/v1/leads?cursor={bad}"));
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &"invalid_cursor".into()),
            "{bad}"
        );
    }
    // A cursor belongs to its list.
    assert_eq!(owner("GET", &format!("/api/v1/leads?sort=priority&cursor={cursor}")).status, 400);
    let huge = owner("GET", "/api/v1/leads?limit=1000000000");
    assert!(huge.status == 200 && huge.json()["leads"].as_array().unwrap().len() <= 100);
}

#[test]
fn the_dashboard_cannot_be_framed_or_scripted() {
    // Cases 54 and 55, as far as headers tell; the browser story shows that they hold.
    for path in ["/", "/leads", "/sign-in"] {
        let page = shared().worker.send("GET", path, &[], b"");
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy").unwrap_or_default();
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    }
}
