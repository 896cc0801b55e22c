//! Fills the database of a local deployment with sample leads: `seed STATE COUNT [SEED]`. Run before
//! the server starts. It uses the Worker's own statements, so counts and search are right.

use std::error::Error;
use std::path::{Path, PathBuf};

use plumbline_domain::form::Form;
use plumbline_domain::scoring::rank;
use plumbline_domain::time::{DAY_MS, Timestamp};
use plumbline_scorer::sample::{self, Market};
use plumbline_scorer::{Random, default_model};
use rusqlite::{Connection, params};

const INSERT_LEAD: &str = include_str!("../../../edge/sql/leads/insert.sql");
const INDEX: &str = include_str!("../../../edge/sql/search/index.sql");
const INDEX_KEYS: &str = include_str!("../../../edge/sql/lead_keys/index.sql");
const ADVANCE: &str = include_str!("../../../edge/sql/events/advance_cursor.sql");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let state = PathBuf::from(arguments.next().ok_or("seed STATE COUNT [SEED]")?);
    let count: u32 = arguments.next().ok_or("seed STATE COUNT [SEED]")?.parse()?;
    let seed: u64 = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
    let now = Timestamp::from_ms(i64::try_from(now)?);
    let form: Form = serde_json::from_str(include_str!("../../../domain/data/demo_form.json"))?;
    let model = default_model()?;

    let mut database = Connection::open(database_file(&state)?)?;
    let transaction = database.transaction()?;
    let known: i64 =
        transaction.query_row("SELECT coalesce(max(seq), 0) FROM events", [], |row| row.get(0))?;
    let mut random = Random::new(seed);
    let mut leads: Vec<_> = (0..count)
        .map(|_| sample::lead(&mut random, &form, &model, &Market::SAMPLE, now))
        .collect();
    leads.sort_by_key(|lead| lead.summary.id);
    for (index, lead) in leads.iter().enumerate() {
        let row = &lead.summary;
        let key = format!("sample-{seed}-{index}");
        transaction.prepare_cached(INSERT_LEAD)?.execute(params![
            row.id.to_string(),
            row.form_id.as_str(),
            key,
            "sample",
            row.captured_at.as_ms(),
            row.captured_at.as_ms() / DAY_MS,
            row.stage.as_str(),
            row.cell.as_str(),
            rank(row.cell, row.fit, row.engagement),
            row.fit,
            row.engagement,
            row.source.as_str(),
            row.verdict.as_str(),
            row.name,
            row.email,
            row.company,
            serde_json::to_string(&lead.details)?,
            "[]",
            "-",
            i64::MAX,
            i64::MAX,
        ])?;
    }
    let last: i64 =
        transaction.query_row("SELECT coalesce(max(seq), 0) FROM events", [], |row| row.get(0))?;
    transaction.execute(INDEX, params!["lead_feed", last])?;
    transaction.execute(INDEX_KEYS, params!["lead_feed", last])?;
    transaction.execute(ADVANCE, params!["lead_feed", last])?;
    transaction.commit()?;
    println!("{} leads", last - known);
    Ok(())
}

/// D1 on disk is one SQLite file, named by a hash of the database's id.
fn database_file(state: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let folder = state.join("data/v3/d1/miniflare-D1DatabaseObject");
    let files = std::fs::read_dir(&folder)?.flatten().map(|entry| entry.path());
    let found = files.filter(|path| path.extension().is_some_and(|kind| kind == "sqlite"));
    found
        .filter(|path| path.file_stem().is_some_and(|name| name != "metadata"))
        .max()
        .ok_or_else(|| format!("{} holds no database: migrate it first", folder.display()).into())
}
