//! The store: D1 behind typed questions. Nothing else runs SQL.

pub mod access;
pub mod forms;
pub mod leads;
pub mod outbox;
pub mod overview;

use serde::Deserialize;
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, D1Result, Result};

/// The database of one request.
pub struct Store {
    database: D1Database,
}

impl Store {
    /// Opens the store.
    pub const fn new(database: D1Database) -> Self {
        Self { database }
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
        self.prepare(sql, values)?.first(None).await
    }

    async fn all<T: for<'a> Deserialize<'a>>(
        &self,
        sql: &'static str,
        values: &[JsValue],
    ) -> Result<Vec<T>> {
        self.prepare(sql, values)?.all().await?.results()
    }

    /// Runs one statement and returns how many rows it changed.
    async fn run(&self, sql: &'static str, values: &[JsValue]) -> Result<usize> {
        let result = self.prepare(sql, values)?.run().await?;
        Ok(changes(&result))
    }

    /// Runs statements in one transaction and one round trip.
    async fn batch(&self, statements: Vec<D1PreparedStatement>) -> Result<Vec<D1Result>> {
        self.database.batch(statements).await
    }
}

fn changes(result: &D1Result) -> usize {
    result.meta().ok().flatten().and_then(|meta| meta.changes).unwrap_or(0)
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
