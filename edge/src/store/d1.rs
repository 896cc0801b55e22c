//! D1 as the platform has it. `worker`'s own binding reads all that a statement cost through serde,
//! a dozen properties for the three that count; here each is asked for when it is needed.

use js_sys::Array;
use worker::wasm_bindgen::{self, JsCast, JsValue, prelude::wasm_bindgen};
use worker::wasm_bindgen_futures;

use super::row::Row;

#[wasm_bindgen]
extern "C" {
    /// The binding of one database.
    #[derive(Clone)]
    pub type Database;
    #[wasm_bindgen(method, catch)]
    fn prepare(this: &Database, sql: &str) -> Result<Statement, JsValue>;
    #[wasm_bindgen(method, catch, js_name = batch)]
    async fn run_batch(this: &Database, statements: Array) -> Result<JsValue, JsValue>;

    /// A statement with its values.
    pub type Statement;
    #[wasm_bindgen(method, catch, variadic)]
    fn bind(this: &Statement, values: Array) -> Result<Statement, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn all(this: &Statement) -> Result<JsValue, JsValue>;

    /// What came of a statement.
    pub type Outcome;
    #[wasm_bindgen(method, getter)]
    fn results(this: &Outcome) -> JsValue;
    /// What it cost.
    #[wasm_bindgen(method, getter)]
    pub fn meta(this: &Outcome) -> Meta;

    /// What a statement cost, in rows.
    pub type Meta;
    /// Rows changed, those of triggers included.
    #[wasm_bindgen(method, getter)]
    pub fn changes(this: &Meta) -> Option<f64>;
    /// Rows read.
    #[wasm_bindgen(method, getter)]
    pub fn rows_read(this: &Meta) -> Option<f64>;
    /// Rows written, indexes included.
    #[wasm_bindgen(method, getter)]
    pub fn rows_written(this: &Meta) -> Option<f64>;
}

impl Database {
    /// Binds `values` to a static statement.
    ///
    /// # Errors
    /// When the platform refuses it.
    pub fn statement(&self, sql: &'static str, values: &[JsValue]) -> Result<Statement, JsValue> {
        self.prepare(sql)?.bind(values.iter().collect())
    }

    /// Runs statements in one transaction and one round trip.
    ///
    /// # Errors
    /// When one of them fails; then none has happened.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, JsValue> {
        let outcomes = self.run_batch(statements.into_iter().collect()).await?;
        Ok(Array::from(&outcomes).iter().map(JsCast::unchecked_into).collect())
    }
}

impl Statement {
    /// Runs the statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self) -> Result<Outcome, JsValue> {
        self.all().await.map(JsCast::unchecked_into)
    }
}

impl Outcome {
    /// Returns the rows.
    pub fn rows(&self) -> Vec<Row> {
        Array::from(&self.results()).iter().map(Row::new).collect()
    }
}
