//! A row as D1 returns it, read column by column: one reader for every table.

use js_sys::Reflect;
use plumbline_domain::time::Timestamp;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::Result;

/// One row, by the names of its columns.
pub struct Row(JsValue);

impl Row {
    /// Takes what D1 gave for a row.
    pub const fn new(object: JsValue) -> Self {
        Self(object)
    }

    fn cell(&self, column: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(column)).unwrap_or_default()
    }

    /// Reads a column of text.
    ///
    /// # Errors
    /// When it holds none.
    pub fn text(&self, column: &str) -> Result<String> {
        self.cell(column).as_string().ok_or_else(|| corrupt(column))
    }

    /// Reads text; `None` where the column is null or the statement has none of that name.
    pub fn optional_text(&self, column: &str) -> Option<String> {
        self.cell(column).as_string()
    }

    /// Reads text as what `parse` makes of it.
    ///
    /// # Errors
    /// When it is not that.
    pub fn parsed<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        self.cell(column).as_string().and_then(|text| parse(&text)).ok_or_else(|| corrupt(column))
    }

    /// Reads text that is JSON.
    ///
    /// # Errors
    /// When it is not JSON of a `T`.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T> {
        Ok(serde_json::from_slice(self.text(column)?.as_bytes())?)
    }

    /// Reads a whole number; `None` where the column is null or the statement has none of that name.
    #[expect(clippy::cast_possible_truncation, reason = "D1 carries whole numbers up to 2^53")]
    pub fn optional_integer(&self, column: &str) -> Option<i64> {
        self.cell(column).as_f64().map(|number| number as i64)
    }

    /// Reads a whole number.
    ///
    /// # Errors
    /// When there is none, or `T` cannot hold it.
    pub fn integer<T: TryFrom<i64>>(&self, column: &str) -> Result<T> {
        let number = self.optional_integer(column).ok_or_else(|| corrupt(column))?;
        T::try_from(number).map_err(|_| corrupt(column))
    }

    /// Reads a point in time.
    ///
    /// # Errors
    /// When there is none.
    pub fn time(&self, column: &str) -> Result<Timestamp> {
        self.integer(column).map(Timestamp::from_ms)
    }
}

/// Turns what a row cannot be into an error that names the column.
fn corrupt(column: &str) -> worker::Error {
    worker::Error::RustError(format!("a stored row has no valid {column}"))
}
