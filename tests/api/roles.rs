//! Who may call what: every route by every caller (attack cases 34 to 38).

use std::collections::BTreeSet;

use super::shared;

/// The routes by the scope that opens them. An owner who is signed in opens all of them; no key opens the last.
const SCOPED: [(&str, &str); 3] = [
    (
        "leads:read",
        "GET /forms/{form_id}, GET /forms/{form_id}/sites, GET /imports, GET /leads, GET /leads/{lead_id}, GET /live, GET /merges, GET /overview, GET /people, GET /quarantine, GET /scoring, GET /scoring/book, GET /scoring/models/{version}, POST /suppression-checks, GET /today",
    ),
    (
        "leads:write",
        "POST /import-checks, POST /imports, DELETE /imports/{import_id}, POST /imports/{import_id}/lines, DELETE /leads/{lead_id}, PATCH /leads/{lead_id}, POST /merges, DELETE /merges/{merge_id}, DELETE /quarantine/{submission_id}, POST /quarantine/{submission_id}/release, POST /track",
    ),
    ("checks", "POST /domain-health, POST /domain-reports, POST /email-checks"),
];
const OWNERS: &str = "GET /api-keys, POST /api-keys, DELETE /api-keys/{api_key_id}, POST /backup, GET /backup/{table}, POST /backup/{table}, PATCH /forms/{form_id}, POST /scoring/models, POST /scoring/rescorings, DELETE /sessions/current, GET /sessions/current, POST /site-tests";
const PUBLIC: &str = "POST /domain-checks, POST /forms/{form_id}/page-views, POST /forms/{form_id}/submissions, POST /sessions";

fn routes(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.split(", ").map(|route| route.split_once(' ').unwrap())
}

fn call(method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
    let path = path.replace("{form_id}", "demo").replace("{table}", "leads");
    let (start, rest) = path.split_once('{').unwrap_or((&path, ""));
    let rest = rest.split_once('}').map_or("", |(_, rest)| rest);
    let id = if rest.is_empty() && !path.contains('{') {
        ""
    } else {
        "0192f0c1-0000-7000-8000-000000000000"
    };
    let mut all = vec![("content-type", "application/json")];
    all.extend(headers);
    shared().worker.send(method, &format!("/api/v1{start}{id}{rest}"), &all, b"{}").status
}

#[test]
fn the_table_has_every_route() {
    let document = shared().worker.send("GET", "/openapi.json", &[], b"").json();
    let paths = document["paths"].as_object().unwrap().iter();
    let documented: BTreeSet<String> = paths
        .flat_map(|(path, methods)| {
            let names = methods.as_object().unwrap().keys().filter(|name| *name != "parameters");
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            names.map(move |name| format!("{} {path}", name.to_uppercase())).collect::<Vec<_>>()
        })
        .collect();
    let lists = SCOPED.iter().map(|(_, list)| *list).chain([OWNERS, PUBLIC]);
    let known: BTreeSet<String> =
        lists.flat_map(routes).map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(documented, known);
}

#[test]
fn every_caller_is_let_in_or_turned_away_at_every_route() {
    let worker = &shared().worker;
    let keys: Vec<(&str, String)> = SCOPED
        .iter()
        .map(|(scope, _)| (*scope, format!("Bearer {}", worker.api_key(scope))))
        .collect();
    let cookie = shared().cookie.as_str();
    let needed = SCOPED.iter().map(|(scope, list)| (*scope, *list)).chain([("", OWNERS)]);
    for (scope, (method, path)) in
        needed.flat_map(|(scope, list)| routes(list).map(move |route| (scope, route)))
    {
        let what = format!("{method} {path}");
        for nobody in [
            &[][..],
            &[("authorization", "Bearer plk_unknown")],
            &[("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.")],
            &[("authorization", "Basic b3duZXI6")],
            &[("cookie", "plumbline=unknown")],
        ] {
            assert_eq!(call(method, path, nobody), 401, "{what} {nobody:?}");
        }
        for (own, bearer) in &keys {
            let status = call(method, path, &[("authorization", bearer)]);
            if scope == *own {
                assert!(!matches!(status, 401 | 403 | 500..), "{what} {own}: {status}");
            } else {
                assert_eq!(status, 403, "{what} {own}");
            }
        }
        // A cookie alone proves nothing: a change needs our own page, and no other site may even read.
        let foreign = [("cookie", cookie), ("origin", "https://evil.example")];
        let cross = [("cookie", cookie), ("sec-fetch-site", "cross-site")];
        assert_eq!(call(method, path, &cross), 403, "{what} from another site");
        if method != "GET" {
            assert_eq!(call(method, path, &[("cookie", cookie)]), 403, "{what} without an origin");
            assert_eq!(call(method, path, &foreign), 403, "{what} from another origin");
        }
    }
    for (method, path) in routes(PUBLIC).filter(|(_, path)| *path != "/sessions") {
        assert!(!matches!(call(method, path, &[]), 401 | 403 | 500..), "{method} {path}");
    }
}
