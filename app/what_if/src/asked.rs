//! A book by columns, and whom the conditions are true of that it was asked.

use plumbline_domain::scoring::{Condition, ModelError, RULES_MAX, Rule};
use plumbline_engine as engine;

/// So many conditions are kept: those of a model, and of others that were tried before it.
const KEPT_MAX: usize = 2 * RULES_MAX;

/// A table, and whom the conditions that it was asked are true of: a slider moves points, and then
/// nothing is asked anew.
pub(crate) struct Asked {
    table: engine::Table,
    whom: Vec<(Condition, engine::Whom)>,
}

impl Asked {
    pub fn of(growing: &mut engine::TableBuilder) -> Self {
        Self { table: std::mem::take(growing).finish(), whom: Vec::new() }
    }

    /// Returns for every lead what the rules of fit among these add up to, between two bounds.
    pub fn sums<'a>(
        &mut self,
        rules: impl Iterator<Item = &'a Rule> + Clone,
        (lowest, highest): (i32, i32),
    ) -> Result<Vec<i32>, ModelError> {
        let rules = rules.filter(|rule| !rule.when.is_engagement());
        if self.whom.len() > KEPT_MAX {
            self.whom.clear();
        }
        let places: Vec<usize> = rules.clone().map(|rule| self.place(&rule.when)).collect();
        let weighed = rules.clone().zip(places).filter_map(|(rule, place)| {
            let (_, when) = self.whom.get(place)?;
            Some(engine::Rule { points: rule.points, when, stops: rule.stops })
        });
        let bound = |points: i32| i16::try_from(points).unwrap_or_default();
        let set = engine::RuleSet {
            base: 0,
            rules: weighed.collect(),
            lowest: bound(lowest),
            highest: bound(highest),
        };
        let plan = engine::Plan::of(&set, &self.table).map_err(|_| {
            let last = rules.last().map(|rule| rule.id.clone());
            ModelError::PointsOverflow(last.unwrap_or_default())
        })?;
        Ok(plan.scores(&self.table).into_iter().map(i32::from).collect())
    }

    /// The place of what is known of a condition.
    fn place(&mut self, when: &Condition) -> usize {
        let kept = self.whom.iter().position(|(known, _)| known == when);
        kept.unwrap_or_else(|| {
            let whom = engine::Whom::of(&condition(when), &self.table);
            self.whom.push((when.clone(), whom));
            self.whom.len() - 1
        })
    }
}

fn condition(when: &Condition) -> engine::Condition {
    let parts = || when.parts().iter().map(condition).collect();
    match when {
        Condition::All(_) => engine::Condition::All(parts()),
        Condition::Any(_) => engine::Condition::Any(parts()),
        Condition::Not(part) => engine::Condition::Not(Box::new(condition(part))),
        other => {
            let question = engine::Question::new(other.question());
            engine::Condition::Asks(other.fact().unwrap_or_default().to_owned(), question)
        }
    }
}
