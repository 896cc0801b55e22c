//! The store: D1 behind typed questions. Nothing else runs SQL.

pub mod access;
pub mod forms;
pub mod leads;
pub mod outbox;
pub mod overview;
pub mod quarantine;

use std::cell::Cell;
use std::rc::Rc;

use serde::Deserialize;
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, D1Result, Result};

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
    fn add(&self, results: &[D1Result]) -> Vec<usize> {
        self.trips.set(self.trips.get() + 1);
        let changes = results.iter().map(|result| {
            let Some(meta) = result.meta().ok().flatten() else { return 0 };
            self.rows_read.set(self.rows_read.get() + meta.rows_read.unwrap_or(0));
            self.rows_written.set(self.rows_written.get() + meta.rows_written.unwrap_or(0));
            meta.changes.unwrap_or(0)
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
    database: D1Database,
    usage: Rc<Usage>,
}

impl Store {
    /// Opens the store.
    pub const fn new(database: D1Database, usage: Rc<Usage>) -> Self {
        Self { database, usage }
    }

    /// Binds `values` to a static statement.
    fn prepare(&self, sql: &'static str, values: &[JsValue]) -> Result<D1PreparedStatement> {
        self.database.prepare(sql).bind(values)
    }

    async fn first<T: for<'a> Deserialize<'a>>(
        &self,
        sql: &'static str,
        values: &[JsValue],
    ) -> Result<Option<T>> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    async fn all<T: for<'a> Deserialize<'a>>(
        &self,
        sql: &'static str,
        values: &[JsValue],
    ) -> Result<Vec<T>> {
        let result = self.prepare(sql, values)?.all().await?;
        self.usage.add(std::slice::from_ref(&result));
        result.results()
    }

    /// Runs one statement and returns how many rows it changed.
    async fn run(&self, sql: &'static str, values: &[JsValue]) -> Result<usize> {
        self.run_prepared(self.prepare(sql, values)?).await
    }

    async fn run_prepared(&self, statement: D1PreparedStatement) -> Result<usize> {
        let result = statement.run().await?;
        Ok(self.usage.add(std::slice::from_ref(&result)).into_iter().sum())
    }

    /// Reads with statements in one transaction and one round trip.
    async fn batch(&self, statements: Vec<D1PreparedStatement>) -> Result<Vec<D1Result>> {
        let results = self.database.batch(statements).await?;
        self.usage.add(&results);
        Ok(results)
    }

    /// Writes with statements in one transaction and one round trip; returns how many rows each
    /// has changed.
    async fn batch_changes(&self, statements: Vec<D1PreparedStatement>) -> Result<Vec<usize>> {
        let results = self.database.batch(statements).await?;
        Ok(self.usage.add(&results))
    }
}

/// Returns the number as SQLite takes it. D1 carries numbers as doubles, exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "times and counts stay far below 2^53")]
fn integer(value: i64) -> JsValue {
    JsValue::from_f64(value as f64)
}

fn text(value: &str) -> JsValue {
    JsValue::from_str(value)
}

/// Turns what a row cannot be into an error that names the column.
fn corrupt(what: &str) -> worker::Error {
    worker::Error::RustError(format!("a stored row has no valid {what}"))
}
