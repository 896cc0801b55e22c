//! The book on which a model is tried, as a program that runs beside the page in a worker of its own.

use plumbline_api::scoring::Book;
use plumbline_domain::scoring::ScoringModel;
use plumbline_domain::time::Timestamp;
use plumbline_what_if::WhatIf;
use wasm_bindgen::prelude::wasm_bindgen;

/// What `app/js/what_if_worker.js` drives. Models and answers are JSON.
#[wasm_bindgen]
pub struct Trial(WhatIf);

#[wasm_bindgen]
impl Trial {
    /// Begins a book: the facts that rules may ask about, as JSON, and the time in milliseconds.
    ///
    /// # Errors
    /// What is wrong with the facts.
    #[wasm_bindgen(constructor)]
    pub fn new(facts: &str, now: f64) -> Result<Self, String> {
        let facts = serde_json::from_str(facts).map_err(|error| error.to_string())?;
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds, far below 2^53")]
        Ok(Self(WhatIf::new(facts, Timestamp::from_ms(now as i64))))
    }

    /// Takes in a page of leads as the Worker wrote it; returns where the next page begins.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn add(&mut self, page: &str) -> Result<Option<String>, String> {
        let page: Book = serde_json::from_str(page).map_err(|error| error.to_string())?;
        let next = page.next.map(|id| id.to_string());
        self.0.add(page);
        Ok(next)
    }

    /// Returns how many leads there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// Takes a model as the one that others are compared with.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn base(&mut self, model: &str) -> Result<(), String> {
        self.0.set_base(&read(model)?).map_err(|error| error.to_string())
    }

    /// Tries a model.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn try_model(&mut self, model: &str) -> Result<String, String> {
        let tried = self.0.try_model(&read(model)?).map_err(|error| error.to_string())?;
        serde_json::to_string(&tried).map_err(|error| error.to_string())
    }

    /// Looks back at what became of older leads.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn look_back(&mut self, model: &str) -> Result<String, String> {
        let found = self.0.look_back(&read(model)?).map_err(|error| error.to_string())?;
        serde_json::to_string(&found).map_err(|error| error.to_string())
    }
}

#[wasm_bindgen]
impl Trial {
    /// Learns from the outcomes of the book; `wishes` are those about its fields as JSON.
    ///
    /// # Errors
    /// What is missing.
    pub fn learn(&mut self, wishes: &str) -> Result<String, String> {
        let wishes = serde_json::from_str(wishes).map_err(|error| error.to_string())?;
        let lesson = self.0.learn(wishes).map_err(|error| error.to_string())?;
        serde_json::to_string(&lesson).map_err(|error| error.to_string())
    }
}

#[wasm_bindgen]
impl Trial {
    /// Looks at what sales rejected.
    #[must_use]
    pub fn rejections(&self) -> String {
        serde_json::to_string(&self.0.rejections()).unwrap_or_default()
    }
}

fn read(model: &str) -> Result<ScoringModel, String> {
    serde_json::from_str(model).map_err(|error| error.to_string())
}

fn main() {}
