//! Every statement against the migrated schema in real SQLite: it prepares, it searches an index,
//! and it costs what was agreed.

use plumbline_domain::lead::Lead;
use plumbline_domain::scoring::{Outcomes, ScoringModel};
use plumbline_domain::time::Timestamp;
use plumbline_domain::today::CellOutcomes;
use plumbline_scorer::sample;
use rusqlite::{Connection, params};

use super::*;
use crate::store::many::leads_text;
use crate::store::today;

fn database() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    for file in files.collect::<std::collections::BTreeSet<_>>() {
        database.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
    }
    database
}

/// Every file below sql/, those that only the build commands use included.
fn every_statement() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sql");
    let mut found = Vec::new();
    for table in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(table.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name: Vec<_> =
                path.iter().rev().take(2).map(|part| part.to_string_lossy()).collect();
            found.push((
                format!("{}/{}", name[1], name[0]),
                std::fs::read_to_string(&path).unwrap(),
            ));
        }
    }
    assert!(found.len() > 25);
    found
}

/// Statements that may read a whole table, because the table is bounded otherwise.
const SCANS_ALLOWED: [(&str, &str); 25] = [
    // The one row that the answers of a lead were joined to.
    ("search/index.sql", "SCAN (subquery"),
    // What the inner query has found, at most as many as its LIMIT says.
    ("today/list_urgent.sql", "SCAN (subquery"),
    ("today/list_newest.sql", "SCAN (subquery"),
    ("today/list_deals.sql", "SCAN (subquery"),
    ("today/list_active.sql", "SCAN (subquery"),
    ("today/list_active.sql", "SCAN told"),
    ("today/count_outcomes.sql", "SCAN (subquery"),
    // The leads that went into one, one after the other.
    ("merges/erase_of_lead.sql", "SCAN gone"),
    // One row, which was counted.
    ("rescoring/advance.sql", "SCAN free"),
    ("imports/erase_of_lead.sql", "SCAN gone"),
    // The one line of the one consumer.
    ("backup/deliver_again.sql", "SCAN outbox_cursors"),
    // At most the owner's few keys, cut by LIMIT.
    ("api_keys/list.sql", "SCAN api_keys"),
    // The owner's few sessions and links.
    ("sessions/erase_ended.sql", "SCAN sessions"),
    ("sessions/erase_links.sql", "SCAN sign_in_links"),
    // The rows that are being brought back, at most one call of them.
    ("backup/find_other_event.sql", "SCAN rows"),
    // The lead and those that were merged into it.
    ("erased/list_of_lead.sql", "SCAN gone"),
    // What erasing a person looks through: it is rare, and what is held ends after 30 days.
    ("quarantine/erase_of_person.sql", "SCAN quarantine"),
    ("quarantine/erase_of_person.sql", "SCAN said"),
    ("imports/forget_name.sql", "SCAN imports"),
    ("imports/forget_name.sql", "SCAN said"),
    // The owner's one or two secrets, and addresses of before until they are hashed.
    ("mailboxes/list_secrets.sql", "SCAN mailbox_secrets"),
    ("mailboxes/insert_secret.sql", "SCAN mailbox_secrets"),
    ("suppressions/list_plain.sql", "SCAN plain_suppressions"),
    // The one place that a site is counted at.
    ("form_sites/count.sql", "SCAN place"),
    // The events that the inner query has found, at most one batch of them.
    ("events/find_undelivered_end.sql", "SCAN (subquery"),
];

#[test]
fn every_statement_searches_an_index() {
    let database = database();
    for (path, sql) in every_statement() {
        let path = path.as_str();
        let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nulls = vec![rusqlite::types::Null; explain.parameter_count()];
        let rows = explain.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3)).unwrap();
        let plan: Vec<String> = rows.map(Result::unwrap).collect();
        for step in &plan {
            let allowed = SCANS_ALLOWED.iter().any(|(p, s)| *p == path && step.starts_with(s));
            // FTS5 calls every access a scan; with an index number other than 0 it is a match.
            let matches_text = step.contains("VIRTUAL TABLE INDEX");
            let constant = step.starts_with("SCAN CONSTANT ROW");
            // The latest model: one step along the primary key, from its end.
            let latest = step.starts_with("SCAN scoring_models") && sql.contains("LIMIT 1");
            // The newest of what is held: the same, as far as LIMIT goes.
            let newest = [
                ("quarantine/list.sql", "SCAN quarantine"),
                ("imports/list.sql", "SCAN imports"),
                ("merges/list.sql", "SCAN m"),
                ("scoring_models/list.sql", "SCAN scoring_models"),
            ];
            let latest = latest || newest.contains(&(path, step));
            assert!(
                !step.contains("SCAN") || allowed || matches_text || constant || latest,
                "{path}: {step}"
            );
            // The newest, as many as its LIMIT says, are put in order; so are one form's sites, 100 at most, and
            // the pages of the sites that are listed.
            let bounded = [
                "today/list_newest.sql",
                "today/list_active.sql",
                "form_sites/count.sql",
                "overview/list_pages.sql",
                "mailboxes/list_secrets.sql",
            ]
            .contains(&path);
            assert!(!step.contains("TEMP B-TREE") || bounded, "{path}: {step}");
        }
    }
}

#[test]
fn the_first_form_and_model_are_the_domains_own() {
    let (form, model): (String, String) =
        database().query_row(FORMS_FIND, ["demo"], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let form: plumbline_domain::form::Form = serde_json::from_str(&form).unwrap();
    let model: plumbline_domain::scoring::ScoringModel = serde_json::from_str(&model).unwrap();
    let own = include_str!("../../domain/data/demo_form.json");
    assert_eq!(form, serde_json::from_str(own).unwrap());
    let own = include_str!("../../domain/data/default_model.json");
    assert_eq!(model, serde_json::from_str(own).unwrap());
    model.check().unwrap();
}

/// Stores a lead under `key` as both id and idempotency key, unless `id` is given apart.
fn insert(database: &Connection, id: &str, key: &str) -> usize {
    insert_with(database, id, key, ("lead", "B2", "direct"), "{}")
}

fn insert_with(
    database: &Connection,
    id: &str,
    key: &str,
    (stage, cell, source): (&str, &str, &str),
    details: &str,
) -> usize {
    let day_ms = 86_400_000_i64;
    let values = params![
        id,
        "demo",
        key,
        "hash",
        day_ms,
        1,
        stage,
        cell,
        4_120,
        40,
        30,
        source,
        "deliverable",
        "Ada",
        "a@b.co",
        "Acme",
        details,
        "[]",
        "-",
        i64::MAX,
        i64::MAX
    ];
    database.execute(LEADS_INSERT, values).unwrap()
}

fn deliver(database: &Connection) {
    let undelivered: (Option<i64>, i64) = database
        .query_row(EVENTS_FIND_UNDELIVERED_END, params!["lead_feed", 250], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    if let (Some(up_to), _) = undelivered {
        database.execute(SEARCH_INDEX, params!["lead_feed", up_to]).unwrap();
        database.execute(EVENTS_ADVANCE_CURSOR, params!["lead_feed", up_to]).unwrap();
    }
}

fn counted(database: &Connection) -> Vec<(String, i64)> {
    let mut query =
        database.prepare("SELECT stage, leads FROM daily_counts WHERE leads > 0").unwrap();
    query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_key_stores_once_and_counts_follow_every_change() {
    let database = database();
    assert_eq!(insert(&database, "1", "k"), 1);
    let events = || -> Vec<(String, String)> {
        let mut query = database.prepare(EVENTS_LIST_OF_LEAD).unwrap();
        let rows = query.query_map(params!["1", 9], |row| Ok((row.get(0)?, row.get(3)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let created = serde_json::to_string(&plumbline_domain::lead::LeadEventKind::Created).unwrap();
    assert_eq!(events(), [("1".to_owned(), created)]);
    assert_eq!(insert(&database, "2", "k"), 0);
    assert_eq!(events().len(), 1, "a replay tells nobody anything");
    let stored: String =
        database.query_row(LEADS_FIND_RECEIPT, ["demo", "k"], |row| row.get(0)).unwrap();
    assert_eq!(stored, "1");
    assert_eq!(counted(&database), [("lead".to_owned(), 1)]);
    let update = |stage: &str| {
        let changed = database
            .execute(LEADS_UPDATE, params!["1", 1, stage, "B2", 4_050, 50, 30, 2, "{}"])
            .unwrap();
        let event = params![format!("event-{stage}"), "1", 2, r#""x""#];
        (changed, database.execute(EVENTS_INSERT_AFTER_CHANGE, event).unwrap())
    };
    assert_eq!(update("customer"), (1, 1));
    assert_eq!(counted(&database), [("customer".to_owned(), 1)]);
    assert_eq!(update("lead"), (0, 0), "a lost race tells nobody anything");
    database.execute(LEADS_ERASE, ["1"]).unwrap();
    assert_eq!(counted(&database), []);
}

#[test]
fn search_finds_words_and_facets_newest_first() {
    use plumbline_domain::lead::Stage;
    use plumbline_domain::search::match_expression;
    let database = database();
    let details = r#"{"answers": {"name": "Zoë Ångström", "email": "z@acme.co"}}"#;
    let facets = ("lead", "B2", "direct");
    insert_with(&database, "1", "1", facets, details);
    insert_with(&database, "2", "2", facets, details);
    deliver(&database);
    // Delivered twice is indexed once.
    database.execute("UPDATE outbox_cursors SET seq = 0", []).unwrap();
    deliver(&database);
    let found = |words: &str, stage| -> Vec<String> {
        let expression = match_expression(words, stage, None, None).unwrap();
        let mut query = database.prepare(SEARCH_LIST).unwrap();
        let rows = query.query_map(params![expression, i64::MAX, 50], |row| row.get(1)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(found("angs", None), ["2", "1"]);
    assert_eq!(found("zoe acme", Some(Stage::Lead)), ["2", "1"]);
    assert!(found("zoe", Some(Stage::Customer)).is_empty());
    assert!(found("NEAR(", None).is_empty());
    // Letters that are no accents are found as people type them, and as they are written.
    let details = r#"{"answers": {"name": "Łukasz Søren Ærø", "company": "Häusler Straße"}}"#;
    insert_with(&database, "3", "3", facets, details);
    deliver(&database);
    for words in ["lukasz", "Łukasz", "soren", "søren", "aero", "hausler", "strasse", "straße"] {
        assert_eq!(found(words, None), ["3"], "{words}");
    }
}

#[test]
fn every_stage_cell_and_source_is_found_by_its_facet() {
    use plumbline_domain::attribution::Source;
    use plumbline_domain::lead::Stage;
    use plumbline_domain::scoring::Cell;
    use plumbline_domain::search::match_expression;
    let database = database();
    let mut wanted = Vec::new();
    for stage in Stage::ALL {
        for cell in Cell::ALL {
            for source in Source::ALL {
                let id = format!("{}/{}/{}", stage.as_str(), cell.as_str(), source.as_str());
                let facets = (stage.as_str(), cell.as_str(), source.as_str());
                insert_with(&database, &id, &id, facets, "{}");
                wanted.push((id, match_expression("", Some(stage), Some(cell), Some(source))));
            }
        }
    }
    while database
        .query_row("SELECT max(e.seq) > c.seq FROM events e, outbox_cursors c", [], |row| {
            row.get::<_, bool>(0)
        })
        .unwrap()
    {
        deliver(&database);
    }
    for (id, expression) in wanted {
        let mut query = database.prepare(SEARCH_LIST).unwrap();
        let rows = query.query_map(params![expression, i64::MAX, 50], |row| row.get(1)).unwrap();
        let found: Vec<String> = rows.map(Result::unwrap).collect();
        assert_eq!(found, [id]);
    }
}

#[test]
fn erasing_never_gives_a_sequence_number_twice() {
    let database = database();
    let event = |id: &str, lead: &str| {
        let insert =
            "INSERT INTO events (id, lead_id, occurred_at, kind) VALUES (?1, ?2, 1, '\"x\"')";
        database.execute(insert, params![id, lead]).unwrap();
        database.last_insert_rowid()
    };
    assert!(event("a", "1") < event("b", "1"));
    let erased = event("c", "1");
    let erase = |id: &str| database.execute(EVENTS_ERASE_OF_LEAD, ["1", id]).unwrap();
    assert_eq!(erase("c"), 2);
    assert_eq!(erase("unknown"), 0, "a second erasure finds nothing to erase");
    assert!(event("d", "2") > erased);
}

#[test]
fn today_finds_whoever_stands_behind_many_customers() {
    let database = database();
    for number in 0..60 {
        insert_with(
            &database,
            &format!("a{number}"),
            &number.to_string(),
            ("lead", "A1", "direct"),
            "{}",
        );
    }
    database.execute_batch("UPDATE leads SET stage = 'customer', rank = 9000").unwrap();
    insert_with(&database, "b1", "b1", ("lead", "A2", "direct"), "{}");
    let deal = r#"{"answers":{"deal_value":"90000"}}"#;
    insert_with(&database, "00", "00", ("lead", "C3", "direct"), deal);
    let list = |sql: &str| -> Vec<String> {
        let mut rows = database.prepare(sql).unwrap();
        let ids = rows.query_map([50, 20], |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect()
    };
    assert_eq!(list(TODAY_LIST_URGENT), Vec::<String>::new());
    assert_eq!(list(TODAY_LIST_NEWEST), ["b1"]);
    assert_eq!(list(TODAY_LIST_DEALS), ["00"]);
    // Something happens to a lead that came long ago.
    let tell = |id: &str, lead: &str, kind: &str| {
        let insert = "INSERT INTO events (id, lead_id, occurred_at, kind) VALUES (?1, ?2, 2, ?3)";
        database.execute(insert, [id, lead, kind]).unwrap();
    };
    for number in 0..5 {
        insert_with(
            &database,
            &format!("c{number}"),
            &format!("c{number}"),
            ("lead", "C3", "direct"),
            "{}",
        );
    }
    // The newest are read, whatever their ids; what a model made of a lead, and a customer, is none.
    for (id, lead) in [("1", "c4"), ("2", "c2"), ("3", "c0"), ("4", "c1"), ("5", "c2"), ("6", "a1")]
    {
        tell(id, lead, r#""lead.updated""#);
    }
    tell("7", "c3", r#"{"score.changed":{"from":"A1"}}"#);
    let mut rows = database.prepare(TODAY_LIST_ACTIVE).unwrap();
    database.execute_batch("UPDATE leads SET fit = 90 WHERE id = 'c0'").unwrap();
    let mut ids = |events: i64, most: i64, through: i64| {
        let ids = rows.query_map([events, most, through], |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect::<std::collections::BTreeSet<String>>()
    };
    let of = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(ids(7, 2, 9), of(&["c0", "c2", "c4"]), "the most urgent, and the best fitting");
    assert_eq!(ids(5, 20, 9), of(&["c0", "c1", "c2"]), "of the newest");
    for number in 10..15 {
        tell(&number.to_string(), "c3", r#"{"score.changed":{"from":"A1"}}"#);
    }
    assert_eq!(ids(5, 20, 20), of(&["c0", "c1", "c2"]), "a new model takes nobody's place");
    assert_eq!(ids(5, 20, 5), of(&[]), "as far as it is looked for them");
}

#[test]
fn today_lists_whom_it_would_list_of_the_whole_book() {
    let now = Timestamp::from_ms(1_800_000_000_000);
    let mut model = plumbline_scorer::default_model().unwrap();
    let form = serde_json::from_str(include_str!("../../domain/data/demo_form.json")).unwrap();
    let mut random = plumbline_scorer::Random::new(5);
    let leads: Vec<Lead> = (0..8_000)
        .map(|_| sample::lead(&mut random, &form, &model, &sample::Market::SAMPLE, now))
        .collect();
    let database = database();
    let rows: Vec<_> = leads.iter().map(|lead| lead.summary.id.to_string()).collect();
    let rows: Vec<_> = leads.iter().zip(rows.iter().map(String::as_str)).collect();
    database.execute(LEADS_INSERT_MANY, [leads_text(&rows).unwrap()]).unwrap();
    let listed = |sql: &str, values: &[i64]| -> Vec<String> {
        let mut rows = database.prepare(sql).unwrap();
        let ids = rows.query_map(rusqlite::params_from_iter(values), |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect()
    };
    let newest = i64::from(plumbline_api::today::NEWEST_MAX);
    // Whatever they did is told as it happens.
    let mut seen: Vec<_> = leads
        .iter()
        .flat_map(|lead| lead.details.observations.iter().map(|seen| (seen.at, lead.summary.id)))
        .filter(|(at, _)| *at <= now)
        .collect();
    seen.sort_unstable();
    for (number, (_, id)) in seen.iter().enumerate() {
        let insert = "INSERT INTO events (id, lead_id, occurred_at, kind) VALUES (?1, ?2, 2, '\"lead.updated\"')";
        database.execute(insert, params![number, id.to_string()]).unwrap();
    }
    let count = today::CANDIDATES_MAX;
    let mut found = listed(TODAY_LIST_WAITING, &[today::WAITING_MAX]);
    found.extend(listed(TODAY_LIST_URGENT, &[today::LOOKED_THROUGH_MAX, count]));
    found.extend(listed(TODAY_LIST_NEWEST, &[newest, count]));
    let through = today::EVENTS_LOOKED_THROUGH_MAX;
    found.extend(listed(TODAY_LIST_ACTIVE, &[today::EVENTS_MAX, count, through]));
    let candidates: Vec<_> =
        leads.iter().filter(|lead| found.contains(&lead.summary.id.to_string())).cloned().collect();
    assert!(candidates.len() < 290);
    let in_both = |model: &ScoringModel| {
        let outcomes = CellOutcomes(std::array::from_fn(|cell| Outcomes {
            leads: 200,
            won: [80, 50, 40, 40, 25, 20, 20, 10, 4][cell],
        }));
        let ids = |leads: &[Lead]| -> Vec<_> {
            let list = plumbline_domain::today::today(leads.to_vec(), &outcomes, model, 500, now);
            let open = list.leads.iter().filter(|lead| lead.woken.is_none());
            open.map(|lead| lead.lead.id).collect()
        };
        let (of_all, of_some) = (ids(&leads), ids(&candidates));
        of_all.iter().filter(|id| of_some.contains(id)).count() * 100 / of_all.len()
    };
    assert!(in_both(&model) >= 90, "{} %", in_both(&model));
    // By what was learned, the fit says how likely a lead is to be won.
    for rule in model.rules.iter_mut().filter(|rule| !rule.when.is_engagement()) {
        rule.id.insert_str(0, plumbline_domain::scoring::LEARNED);
    }
    let likelihood = r#"{"start":-60,"asked":10,"not_asked":0,"leads":400,"won":90}"#;
    model.likelihood = serde_json::from_str(likelihood).unwrap();
    assert!(in_both(&model) >= 90, "{} %", in_both(&model));
}

#[test]
fn outcomes_are_those_of_the_cell_that_a_lead_came_in() {
    let database = database();
    let day = 86_400_000_i64;
    // Captured on the first day of 1970; the last two later than what is asked for, and forgotten in part.
    for (id, stage, details) in [
        (
            "1",
            "customer",
            r#"{"score":{"cell":"A1"},"cells":[{"at":"","before":"C2"}],"won_at":"1970-02-01T00:00:00Z"}"#,
        ),
        ("2", "customer", r#"{"score":{"cell":"C2"},"won_at":"1971-01-01T00:00:00Z"}"#),
        ("3", "customer", r#"{"score":{"cell":"C2"}}"#),
        ("4", "lead", r#"{"score":{"cell":"B1"}}"#),
        ("5", "lead", r#"{"score":{"cell":"B1"},"cells_since":"1970-02-01T00:00:00Z"}"#),
        ("6", "customer", r#"{"score":{"cell":"B1"}}"#),
    ] {
        insert_with(&database, id, id, (stage, "A1", "direct"), details);
    }
    let count = |most: i64| -> [(i64, i64); 2] {
        let read = |row: &rusqlite::Row<'_>| {
            Ok([(row.get("c2")?, row.get("c2_won")?), (row.get("b1")?, row.get("b1_won")?)])
        };
        database.query_row(TODAY_COUNT_OUTCOMES, params!["6", most, 90 * day], read).unwrap()
    };
    assert_eq!(count(500), [(3, 2), (1, 0)], "the second was won too late");
    assert_eq!(count(3), [(1, 1), (1, 0)], "the newest");
    assert_eq!(count(2), [(0, 0), (1, 0)], "none is sought in the place of one that is not known");
}

#[test]
fn what_leads_were_before_it_was_kept_is_not_made_up() {
    let database = database();
    insert_with(&database, "1", "1", ("lead", "B2", "direct"), r#"{"note":"a \"b\""}"#);
    let before = r#"{"stage":"lead","details":"{\"note\":\"a\"}"}"#;
    for sql in [
        "INSERT INTO import_leads (import_id, lead_id, version, line, before) VALUES ('i', '1', 2, 1, ?1)",
        "INSERT INTO merges VALUES ('m', '1', 2, ?1, '2', ?1, '[]', 1, NULL)",
    ] {
        database.execute(sql, [before]).unwrap();
    }
    database.execute_batch(include_str!("../migrations/0016_known_since.sql")).unwrap();
    for sql in [
        "SELECT details FROM leads",
        "SELECT before ->> 'details' FROM import_leads",
        "SELECT survivor_before ->> 'details' FROM merges",
        "SELECT merged ->> 'details' FROM merges",
    ] {
        let details: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
        let details: serde_json::Value = serde_json::from_str(&details).unwrap();
        assert!(details["note"].as_str().unwrap().starts_with('a'), "{details}");
        for mark in ["known_since", "cells_since"] {
            Timestamp::parse(details[mark].as_str().unwrap()).unwrap();
        }
    }
}

#[test]
fn following_a_model_passes_no_lead_that_was_changed_meanwhile() {
    let database = database();
    for id in ["1", "2"] {
        insert_with(&database, id, id, ("lead", "B2", "direct"), "{}");
    }
    let read = |sql: &str| -> (String, i64, i64) {
        database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
    };
    let place = || read("SELECT coalesce(lead_id, 'end'), looked_at, changed FROM rescoring");
    let version = read("SELECT '', version, 0 FROM rescoring").1;
    let advance = |from: &str, to: Option<&str>, leads: &str| {
        database.execute(RESCORING_ADVANCE, params![version, from, to, 2, leads]).unwrap()
    };
    database
        .execute_batch("UPDATE rescoring SET lead_id = '', looked_at = 0, changed = 0")
        .unwrap();
    let both = r#"[{"id":"1","version":1},{"id":"2","version":1}]"#;
    database.execute_batch("UPDATE leads SET version = 2 WHERE id = '2'").unwrap();
    advance("", Some("2"), both);
    assert_eq!(place(), (String::new(), 0, 1), "one is written, and both are looked at again");
    advance("", Some("2"), r#"[{"id":"2","version":2}]"#);
    assert_eq!(place(), ("2".to_owned(), 2, 2));
    assert_eq!(advance("", Some("1"), "[]"), 0, "somebody else went on");
    advance("2", None, "[]");
    assert_eq!(place(), ("end".to_owned(), 4, 2));
}

#[test]
fn a_merge_that_lost_a_race_tells_nothing() {
    let database = database();
    let tell = |id: &str, at: i64| {
        let told = format!(r#"[{{"event_id":"{id}-{at}","id":"1","version":2,"kind":"{{}}"}}]"#);
        database.execute(MERGES_TELL, params![told, at, id]).unwrap()
    };
    assert_eq!(tell("m", 4), 0, "there is no such merge");
    database
        .execute_batch("INSERT INTO merges VALUES ('m', '1', 2, '{}', '2', '{}', '[]', 4, NULL)")
        .unwrap();
    assert_eq!((tell("m", 4), tell("m", 5)), (1, 0));
    database.execute_batch("UPDATE merges SET undone_at = 9").unwrap();
    assert_eq!((tell("m", 9), tell("m", 5)), (1, 0), "undone by somebody else");
}

#[test]
fn a_backup_reads_back_as_it_was() {
    use plumbline_api::backup::BackupTable;
    let (from, to) = (database(), database());
    insert_with(&from, "1", "k", ("lead", "B2", "direct"), r#"{"answers":{"name":"Zoë \"Z\"\n"}}"#);
    from.execute_batch(
        "INSERT INTO events (id, lead_id, occurred_at, kind) VALUES ('e', '1', 5, '{\"lead.updated\":{\"fields\":[]}}');
         INSERT INTO quarantine VALUES ('q', 'demo', 7, 'trap_filled', '{}', 'k', 'DE', '', '');
         INSERT INTO mailbox_secrets VALUES ('0a1b2c3d', 'secret', 1);
         INSERT INTO erased VALUES ('0a1b2c3d.00', 2);
         INSERT INTO page_counts VALUES (1, 'demo', '/a', 'A', 2, 1), (1, 'demo', '/b', 'B', 1, 0);
         INSERT INTO imports VALUES ('i', 'people.csv', 3, 9, NULL);
         INSERT INTO import_leads VALUES ('i', '1', 2, NULL, 0), ('i', '2', 2, '{}', 3);
         INSERT INTO suppressions VALUES ('0a1b2c3d.01', 'bounced', 4, 'i');
         INSERT INTO merges VALUES ('m', '1', 2, '{}', '2', '{}', '[]', 4, NULL);
         INSERT INTO recheck_counts VALUES (1, 'risky', 'unknown', 3), (2, 'risky', 'risky', 1);
         UPDATE forms SET updated_at = 77;",
    )
    .unwrap();
    let sql = |kind: &str, table: BackupTable| {
        let path =
            format!("{}/sql/backup/{kind}_{}.sql", env!("CARGO_MANIFEST_DIR"), table.as_str());
        std::fs::read_to_string(path).unwrap()
    };
    // One row a page, so that every table goes on after a key of its own.
    let rows = |database: &Connection, table: BackupTable| -> Vec<String> {
        let mut read = database.prepare(&sql("read", table)).unwrap();
        let (mut after, mut found) = ("[\"\"]".to_owned(), Vec::new());
        while let Ok((row, place)) =
            read.query_row(params![after, 1], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        {
            found.push(row);
            after = place;
        }
        found
    };
    for table in BackupTable::ALL {
        let taken = rows(&from, table);
        assert!(!taken.is_empty(), "{}", table.as_str());
        for row in &taken {
            let row: Vec<serde_json::Value> = serde_json::from_str(row).unwrap();
            assert_eq!(row.len(), table.columns().len(), "{}", table.as_str());
        }
        let text = serde_json::to_string(&taken).unwrap();
        // Twice, as after a lost answer.
        to.execute(&sql("write", table), [&text]).unwrap();
        to.execute(&sql("write", table), [&text]).unwrap();
        assert_eq!(rows(&to, table), taken, "{}", table.as_str());
    }
    for table in BackupTable::ALL {
        assert_eq!(rows(&to, table), rows(&from, table), "{} at the end", table.as_str());
    }
    assert_eq!(counted(&to), counted(&from));
}
