//! Two leads of one person: merged with everything that belongs to them, and two again to the byte.

use super::{eventually, lead, owner, post, row, shared, stored, unique};
use plumbline_e2e::worker::Answer;
use serde_json::{Value, json};

fn merge(one: (&str, u32), other: (&str, u32), from_other: Value) -> Answer {
    let leads = [one, other].map(|(id, version)| json!({ "id": id, "version": version }));
    post("/api/v1/merges", &json!({ "leads": leads, "from_other": from_other }))
}

fn events(id: &str) -> i64 {
    let query = "SELECT count(*) FROM events WHERE lead_id = ?1 AND kind NOT LIKE '%merge%'";
    shared().worker.sql(|db| db.query_row(query, [id], |row| row.get(0)))
}

fn found(words: &str) -> usize {
    let page = owner("GET", &format!("/api/v1/leads?q={words}")).json();
    page["leads"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_merge_moves_everything_and_is_undone_to_the_byte() {
    let word = unique("merging").to_lowercase();
    let make = |name: &str, email: &str| {
        stored(&format!(r#"{{"answers":{{"name":"{name} {word}","email":"{email}@{word}.co"}}}}"#))
    };
    let (older, newer) = (make("Ada", "ada"), make("Adah", "ada.byron"));
    eventually("both are indexed", || found(&word) == 2);
    let before = [row(&older), row(&newer)];
    let count = events(&older) + events(&newer);
    // In any order: the older one survives.
    let merged = merge((&newer, 1), (&older, 1), json!({ "name": true }));
    assert_eq!(merged.status, 201, "{}", merged.text);
    let merged = merged.json();
    assert_eq!(
        (&merged["survivor"]["id"], &merged["survivor"]["version"]),
        (&older.clone().into(), &2.into())
    );
    let survivor = lead(&older);
    assert_eq!(survivor["summary"]["name"], format!("Adah {word}"));
    assert_eq!(survivor["summary"]["email"], format!("ada@{word}.co"));
    assert_eq!(owner("GET", &format!("/api/v1/leads/{newer}")).status, 404);
    assert_eq!((events(&older), events(&newer)), (count, 0), "no event is lost");
    eventually("one is found", || found(&word) == 1);

    let id = merged["id"].as_str().unwrap();
    let listed = owner("GET", "/api/v1/merges").json();
    assert!(listed["merges"].as_array().unwrap().iter().any(|one| one["id"] == id));
    assert_eq!(owner("DELETE", &format!("/api/v1/merges/{id}")).status, 204);
    assert_eq!([row(&older), row(&newer)], before, "every byte is as before");
    eventually("both are found again", || found(&word) == 2);
    assert_eq!(events(&older) + events(&newer), count);
    assert_eq!(owner("DELETE", &format!("/api/v1/merges/{id}")).status, 404, "once is enough");
}

#[test]
fn nothing_is_merged_or_undone_over_a_change() {
    let word = unique("racing").to_lowercase();
    let make = |name: &str| {
        stored(&format!(r#"{{"answers":{{"name":"{name}","email":"{name}@{word}.co"}}}}"#))
    };
    let (one, other) = (make("eva"), make("eve"));
    assert_eq!(merge((&one, 2), (&other, 1), json!({})).status, 412);
    assert_eq!(merge((&one, 1), (&other, 7), json!({})).status, 412);
    assert_eq!(merge((&one, 1), (&one, 1), json!({})).status, 422);
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(merge((&one, 1), (nobody, 1), json!({})).status, 404);
    let merged = merge((&one, 1), (&other, 1), json!({})).json();
    let id = merged["id"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {}", shared().key);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("if-match", "\"2\""),
    ];
    let path = format!("/api/v1/leads/{one}");
    assert_eq!(shared().worker.send("PATCH", &path, &headers, br#"{"note":"Since"}"#).status, 200);
    assert_eq!(owner("DELETE", &format!("/api/v1/merges/{id}")).status, 412);
    let told = "SELECT count(*) FROM events WHERE lead_id = ?1 AND kind LIKE '%merge_undone%'";
    let told: i64 = shared().worker.sql(|db| db.query_row(told, [&one], |row| row.get(0)));
    assert_eq!(told, 0, "nothing is told of what did not happen");
    assert_eq!(lead(&one)["details"]["note"], "Since");
    assert_eq!(row(&other), None);
    // Erasing the survivor leaves nothing of the other behind either.
    assert_eq!(owner("DELETE", &path).status, 204);
    let query = "SELECT count(*) FROM merges WHERE survivor_id = ?1";
    let kept: i64 = shared().worker.sql(|db| db.query_row(query, [&one], |row| row.get(0)));
    assert_eq!(kept, 0);
}

#[test]
fn merges_are_undone_one_after_the_other_and_erased_to_the_last() {
    let word = unique("chained").to_lowercase();
    let make = |name: &str| {
        stored(&format!(r#"{{"answers":{{"name":"{name}","email":"{name}@{word}.co"}}}}"#))
    };
    let (a, b, c) = (make("ann"), make("anna"), make("anne"));
    let before = [row(&a), row(&b), row(&c)];
    let first = merge((&a, 1), (&b, 1), json!({})).json();
    let second = merge((&a, 2), (&c, 1), json!({})).json();
    let undo = |merge: &Value| {
        owner("DELETE", &format!("/api/v1/merges/{}", merge["id"].as_str().unwrap())).status
    };
    assert_eq!(undo(&first), 412, "the later one comes first");
    assert_eq!((undo(&second), undo(&first)), (204, 204));
    assert_eq!([row(&a), row(&b), row(&c)], before);
    // What went into what was erased is erased as well.
    let version =
        |id: &str| u32::try_from(lead(id)["summary"]["version"].as_u64().unwrap()).unwrap();
    assert_eq!(merge((&b, version(&b)), (&c, version(&c)), json!({})).status, 201);
    assert_eq!(merge((&a, version(&a)), (&b, version(&b)), json!({})).status, 201);
    assert_eq!(owner("DELETE", &format!("/api/v1/leads/{a}")).status, 204);
    let kept = "SELECT count(*) FROM merges WHERE undone_at IS NULL AND merged LIKE ?1";
    let kept: i64 =
        shared().worker.sql(|db| db.query_row(kept, [format!("%{word}%")], |row| row.get(0)));
    assert_eq!(kept, 0);
}
