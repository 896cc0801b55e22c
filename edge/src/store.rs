//! The store: D1 behind typed questions. Nothing else runs SQL.

pub mod access;
mod answer_names;
pub mod backup;
pub mod d1;
pub mod forms;
pub mod imports;
pub mod leads;
pub mod mailboxes;
pub mod many;
pub mod merges;
pub mod outbox;
pub mod overview;
mod people;
pub mod quarantine;
pub mod rechecks;
mod row;
pub mod scoring;
pub mod today;
pub mod track;

use std::cell::Cell;
use std::rc::Rc;

use d1::{Database, Outcome, Statement};
use row::Row;
use wasm_bindgen::JsValue;
use worker::Result;

/// What a request has cost in the database so far: D1's price is rows.
#[derive(Debug, Default)]
pub struct Usage {
    trips: Cell<usize>,
    rows_read: Cell<usize>,
    rows_written: Cell<usize>,
}

impl Usage {
    /// Counts one round trip and returns how many rows each of its statements changed. D1 counts
    /// those that triggers changed as well, so only none and some can be told apart.
    fn add(&self, outcomes: &[Outcome]) -> Vec<usize> {
        self.trips.set(self.trips.get() + 1);
        let changes = outcomes.iter().map(|outcome| {
            let meta = outcome.meta();
            self.rows_read.set(self.rows_read.get() + count(meta.rows_read()));
            self.rows_written.set(self.rows_written.get() + count(meta.rows_written()));
            count(meta.changes())
        });
        changes.collect()
    }

    /// Returns the value of a `Server-Timing` header, `None` when the database was not asked.
    pub fn server_timing(&self) -> Option<String> {
        let (trips, read, written) =
            (self.trips.get(), self.rows_read.get(), self.rows_written.get());
        (trips > 0).then(|| format!("d1;desc=\"trips={trips} read={read} written={written}\""))
    }
}

/// The database of one request.
pub struct Store {
    database: Database,
    usage: Rc<Usage>,
}

impl Store {
    /// Opens the store.
    pub const fn new(database: Database, usage: Rc<Usage>) -> Self {
        Self { database, usage }
    }

    /// Binds `values` to a static statement.
    fn prepare(&self, sql: &'static str, values: &[JsValue]) -> Result<Statement> {
        Ok(self.database.statement(sql, values)?)
    }

    async fn first(&self, sql: &'static str, values: &[JsValue]) -> Result<Option<Row>> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    async fn all(&self, sql: &'static str, values: &[JsValue]) -> Result<Vec<Row>> {
        let outcome = self.prepare(sql, values)?.run().await?;
        self.usage.add(std::slice::from_ref(&outcome));
        Ok(outcome.rows())
    }

    /// Runs one statement and returns how many rows it changed.
    async fn run(&self, sql: &'static str, values: &[JsValue]) -> Result<usize> {
        self.run_prepared(self.prepare(sql, values)?).await
    }

    async fn run_prepared(&self, statement: Statement) -> Result<usize> {
        let outcome = statement.run().await?;
        Ok(self.usage.add(std::slice::from_ref(&outcome)).into_iter().sum())
    }

    /// Reads with statements in one transaction and one round trip.
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>> {
        let outcomes = self.database.batch(statements).await?;
        self.usage.add(&outcomes);
        Ok(outcomes)
    }

    /// Writes with statements in one transaction and one round trip; returns how many rows each
    /// has changed.
    async fn batch_changes(&self, statements: Vec<Statement>) -> Result<Vec<usize>> {
        let outcomes = self.database.batch(statements).await?;
        Ok(self.usage.add(&outcomes))
    }
}

/// D1 counts in doubles; a count it leaves out is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number that is not negative, below 2^53"
)]
fn count(rows: Option<f64>) -> usize {
    rows.unwrap_or(0.0) as usize
}

/// Returns the number as SQLite takes it. D1 carries numbers as doubles, exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "times and counts stay far below 2^53")]
fn integer(value: i64) -> JsValue {
    JsValue::from_f64(value as f64)
}

fn text(value: &str) -> JsValue {
    JsValue::from_str(value)
}

/// The error of a batch that answered for fewer statements than it was given.
fn short_batch() -> worker::Error {
    worker::Error::RustError("the database answered a part of a batch".to_owned())
}
