//! A model and leads as JSON, scored by the engine.
//!
//! A model has `base`, `clamp` (lowest and highest) and `rules`, each with `points` and `when`: an `op`
//! (`eq`, `ne`, `in`, `gte`, `lte`, `has`, `exists`, `all`, `any`, `not`), a field `f`, a value `v`, or
//! conditions `c`. Leads are JSON objects, one a line.

mod model;

use std::collections::HashMap;
use std::fmt;

use plumbline_engine::{Plan, Table, TableBuilder, Value};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use wasm_bindgen::prelude::wasm_bindgen;

/// A model compiled for leads that are read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Job {
    table: Table,
    plan: Plan,
    scores: Vec<i16>,
}

#[wasm_bindgen]
impl Job {
    /// Reads a model and leads.
    ///
    /// # Errors
    /// What is wrong with either, with the number of the line.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &str, leads: &str) -> Result<Self, String> {
        let model = model::read(model)?;
        let fields = model.fields();
        let places = fields.iter().enumerate().map(|(place, name)| (*name, place)).collect();
        let mut builder = TableBuilder::new(&fields);
        let mut values = Vec::new();
        for (number, line) in (1..).zip(leads.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            values.clear();
            values.resize(fields.len(), None);
            let wanted = Wanted { places: &places, values: &mut values };
            let mut json = serde_json::Deserializer::from_str(line);
            wanted.deserialize(&mut json).map_err(|error| format!("line {number}: {error}"))?;
            builder.push(values.drain(..));
        }
        let table = builder.finish();
        let plan = Plan::compile(&model.rules, &table).map_err(|error| error.to_string())?;
        let scores = vec![0; table.count()];
        Ok(Self { table, plan, scores })
    }

    /// Returns how many leads there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.table.count()
    }

    /// Scores them all.
    pub fn run(&mut self) {
        self.plan.score_into(&self.table, &mut self.scores);
    }

    /// Folds the scores of the last run into one number: the sum so far times 31, plus the score.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        let fold =
            |sum: u32, score: &i16| sum.wrapping_mul(31).wrapping_add_signed(i32::from(*score));
        self.scores.iter().fold(0, fold)
    }

    /// Returns the mean of the scores of the last run.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let sum: i64 = self.scores.iter().map(|score| i64::from(*score)).sum();
        sum as f64 / self.scores.len().max(1) as f64
    }
}

/// Reads the fields of a lead that the model asks about, and passes over the others.
struct Wanted<'a> {
    places: &'a HashMap<&'a str, usize>,
    values: &'a mut [Option<Value>],
}

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a lead")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            let place = self.places.get(name.as_ref());
            match place.and_then(|place| self.values.get_mut(*place)) {
                Some(slot) => *slot = model::value(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_what_a_model_says() {
        let model = r#"{"base":10,"clamp":[0,100],"rules":[
            {"points":5,"when":{"op":"eq","f":"kind","v":"corporate"}},
            {"points":7,"when":{"op":"all","c":[{"op":"gte","f":"size","v":50},{"op":"ne","f":"kind","v":"free"}]}},
            {"points":-60,"when":{"op":"not","c":[{"op":"exists","f":"size"}]}},
            {"points":1,"when":{"op":"has","f":"title","v":"chief"}}]}"#;
        let leads = "{\"kind\":\"corporate\",\"size\":50,\"title\":\"Chief of IT\",\"more\":[1]}\n\
                     {\"kind\":\"free\",\"size\":51.5}\n\n{\"kind\":null,\"size\":null}\n";
        let mut job = Job::new(model, leads).unwrap();
        job.run();
        assert_eq!((job.count(), job.scores.as_slice()), (3, [23, 10, 0].as_slice()));
        assert_eq!(job.checksum(), 23 * 31 * 31 + 10 * 31);
        assert_eq!(job.mean(), 11.0);
    }

    #[test]
    fn says_what_is_wrong() {
        let empty = r#"{"base":0,"clamp":[0,1],"rules":[]}"#;
        assert!(Job::new(empty, "{}\n{").unwrap_err().starts_with("line 2"));
        for (model, wrong) in [
            ("{", "the model"),
            (
                r#"{"base":0,"clamp":[0,1],"rules":[{"points":1,"when":{"op":"like","f":"a"}}]}"#,
                "like",
            ),
            (
                r#"{"base":0,"clamp":[0,1],"rules":[{"points":1,"when":{"op":"gte","f":"a","v":"x"}}]}"#,
                "number",
            ),
            (
                r#"{"base":0,"clamp":[0,1],"rules":[{"points":40000,"when":{"op":"exists","f":"a"}}]}"#,
                "32,767",
            ),
            (r#"{"base":0,"clamp":[1,0],"rules":[]}"#, "lowest"),
        ] {
            let said = Job::new(model, "").unwrap_err();
            assert!(said.contains(wrong), "{said}");
        }
    }
}
