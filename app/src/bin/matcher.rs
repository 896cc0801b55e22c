//! The search for duplicates as a program that runs beside the page, in a worker of its own.

use plumbline_app::matcher::Search;
use wasm_bindgen::prelude::wasm_bindgen;

/// What `app/js/matcher_worker.js` drives.
#[wasm_bindgen]
#[derive(Default)]
pub struct Matcher(Search);

#[wasm_bindgen]
impl Matcher {
    /// Begins a search.
    #[must_use]
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in leads, as JSON.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn add(&mut self, leads: &str) -> Result<(), String> {
        self.0.add(serde_json::from_str(leads).map_err(|error| error.to_string())?);
        Ok(())
    }

    /// Learns from the book; returns how many pairs are to be compared.
    pub fn learn(&mut self) -> usize {
        self.0.learn()
    }

    /// Compares `count` pairs from the given one on.
    pub fn compare(&mut self, from: usize, count: usize) {
        self.0.compare(from, count);
    }

    /// Returns what was found, as JSON.
    pub fn found(&mut self) -> String {
        serde_json::to_string(&self.0.found()).unwrap_or_default()
    }
}

fn main() {}
