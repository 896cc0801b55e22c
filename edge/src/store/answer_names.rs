//! What files of leads call their columns.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_domain::scoring::STANDARD_FACTS;
use worker::Result;

use super::d1::Statement;
use super::{Store, integer, text};
use crate::statement;

/// The most names that rules are offered.
const NAMES_MAX: u32 = 1_000;

impl Store {
    /// Returns the names of answers that came with files, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_answer_names(&self) -> Result<Vec<String>> {
        let rows = self.all(statement::ANSWER_NAMES_LIST, &[integer(i64::from(NAMES_MAX))]).await?;
        rows.iter().map(|row| row.text("name")).collect()
    }

    /// Prepares what notes the names of these answers, nothing where each deployment knows all of them.
    pub(super) fn prepare_answer_names<'a>(
        &self,
        answers: impl Iterator<Item = &'a BTreeMap<String, String>>,
    ) -> Result<Option<Statement>> {
        let names: BTreeSet<&str> = answers
            .flat_map(BTreeMap::keys)
            .map(String::as_str)
            .filter(|name| !STANDARD_FACTS.contains(name))
            .collect();
        if names.is_empty() {
            return Ok(None);
        }
        let values = [text(&serde_json::to_string(&names)?)];
        self.prepare(statement::ANSWER_NAMES_INSERT_MANY, &values).map(Some)
    }
}
