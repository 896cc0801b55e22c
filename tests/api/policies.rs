//! What every answer says about itself, whatever it is.

use serde_json::Value;

use super::shared;

/// Every path and method that the API document names, the pages and files, and what is nowhere.
fn requests() -> Vec<(String, String)> {
    let document = shared().worker.send("GET", "/openapi.json", &[], b"").json();
    let api = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        let path = path.replace("{form_id}", "demo");
        let names = methods.as_object().unwrap().keys().filter(|name| *name != "parameters");
        names.map(move |name| (name.to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    let pages = "/ /today /leads /overview /scoring /import /duplicates /clean /data /quarantine /settings /sign-in /design /demo /privacy /f/demo /f/demo/thanks /f/nothing /embed.js?form=demo /embed.js /embed-loader.js /healthz /openapi.json /mark.svg /robots.txt /form.css /index.html /demo.html /workshop /studio /book /nothing /api/v1/nothing /cdn-cgi/nothing";
    let get = |path: &str| ("GET".to_owned(), path.to_owned());
    let others =
        [("PUT", "/api/v1/leads"), ("OPTIONS", "/api/v1/domain-checks"), ("POST", "/faults/panic")];
    let others = others.map(|(method, path)| (method.to_owned(), path.to_owned()));
    api.chain(pages.split(' ').map(get)).chain(others).collect()
}

#[test]
fn every_answer_has_its_policy() {
    // Attack cases 54 and 55.
    let all = requests();
    assert!(all.len() > 60, "{}", all.len());
    for (method, path) in all {
        let answer = shared().worker.send(&method, &path, &[], b"");
        let what = format!("{method} {path} {}", answer.status);
        let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "base-uri 'none'",
            "frame-ancestors ",
            "require-trusted-types-for 'script'",
            "trusted-types ",
        ] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert!(
            !policy.contains("unsafe-eval' 'unsafe-inline") && !policy.contains(','),
            "{what}: {policy}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(header(name), value, "{what}: {name}");
        }
        assert!(header("permissions-policy").contains("camera=()"), "{what}");
        let is_private =
            path.starts_with("/api/") || path.starts_with("/f/") || answer.status >= 400;
        if is_private {
            assert_eq!(header("cache-control"), "no-store", "{what}");
        }
    }
}

#[test]
fn a_signed_in_answer_is_nobodys_to_keep() {
    let cookie = [("cookie", shared().cookie.as_str())];
    for path in ["/api/v1/leads", "/api/v1/today", "/api/v1/api-keys", "/api/v1/sessions/current"] {
        let answer = shared().worker.send("GET", path, &cookie, b"");
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (200, Some("no-store")),
            "{path}"
        );
        assert!(matches!(answer.json(), Value::Object(_)));
    }
}
