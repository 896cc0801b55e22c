//! A model and leads as JSON, scored by the engine.
//!
//! A model has `base`, `clamp` (lowest and highest) and `rules`, each with `points` and `when`: an `op`
//! (`eq`, `ne`, `in`, `gte`, `lte`, `has`, `exists`, `all`, `any`, `not`), a field `f`, a value `v`, or
//! conditions `c`. Leads are JSON objects, one a line.

mod lead;
mod model;

use plumbline_engine::{Plan, RuleSet, Single, Table, TableBuilder};
use wasm_bindgen::prelude::wasm_bindgen;

/// A model, and leads that are read for it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Job {
    rules: RuleSet,
    single: Single,
    fields: lead::Fields,
    builder: Option<TableBuilder>,
    lines: usize,
    table: Table,
    plan: Option<Plan>,
    scores: Vec<i16>,
}

#[wasm_bindgen]
impl Job {
    /// Reads a model.
    ///
    /// # Errors
    /// What is wrong with it.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &str) -> Result<Self, String> {
        let model = model::read(model)?;
        let fields = model.fields();
        Ok(Self {
            single: Single::new(&model.rules, &fields),
            fields: lead::Fields::new(&fields),
            builder: Some(TableBuilder::new(&fields)),
            lines: 0,
            table: TableBuilder::new(&[]).finish(),
            plan: None,
            scores: Vec::new(),
            rules: model.rules,
        })
    }

    /// Reads leads, one a line.
    ///
    /// # Errors
    /// What is wrong with which line.
    pub fn add(&mut self, leads: &str) -> Result<(), String> {
        for line in leads.lines() {
            self.lines += 1;
            if line.trim().is_empty() {
                continue;
            }
            let wrong = |error| format!("line {}: {error}", self.lines);
            let known = self.fields.read(line).map_err(wrong)?;
            if let Some(builder) = &mut self.builder {
                builder.push(known.into_iter().map(|known| known.map(Into::into)));
            }
        }
        Ok(())
    }

    /// Compiles the model for the leads that were read.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn finish(&mut self) -> Result<(), String> {
        if let Some(builder) = self.builder.take() {
            self.table = builder.finish();
        }
        let plan = Plan::compile(&self.rules, &self.table).map_err(|error| error.to_string())?;
        self.plan = Some(plan);
        self.scores = vec![0; self.table.count()];
        Ok(())
    }

    /// Scores one lead from its text, as when one comes in.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn score_one(&mut self, lead: &str) -> Result<i32, String> {
        let known = self.fields.read(lead).map_err(|error| error.to_string())?;
        Ok(self.single.score(|place| Some(known.get(place)?.as_ref()?.value())))
    }

    /// Returns how many leads there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.table.count()
    }

    /// Scores them all.
    pub fn run(&mut self) {
        if let Some(plan) = &self.plan {
            plan.score_into(&self.table, &mut self.scores);
        }
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
                     {\"kind\":\"free\",\"size\":51.5}\n\n{\"kind\":null,\"size\":null}\n\
                     {\"more\":{},\"size\":50,\"other\":2,\"kind\":\"corporate\"}\n";
        let mut job = Job::new(model).unwrap();
        job.add(leads).unwrap();
        job.finish().unwrap();
        job.run();
        let one_by_one = leads.lines().filter(|line| !line.is_empty());
        let scores: Vec<_> = one_by_one.map(|line| job.score_one(line).unwrap()).collect();
        assert_eq!(scores, [23, 10, 0, 22], "in whatever order its fields stand");
        assert_eq!((job.count(), job.scores.as_slice()), (4, [23, 10, 0, 22].as_slice()));
        assert_eq!(job.checksum(), 23 * 31 * 31 * 31 + 10 * 31 * 31 + 22);
        assert_eq!(job.mean(), 13.75);
    }

    #[test]
    fn says_what_is_wrong() {
        let empty = r#"{"base":0,"clamp":[0,1],"rules":[]}"#;
        assert!(Job::new(empty).unwrap().add("{}\n{").unwrap_err().starts_with("line 2"));
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
            let said = Job::new(model).unwrap_err();
            assert!(said.contains(wrong), "{said}");
        }
    }
}
