//! Random books, scored by columns.

use plumbline_engine::{Condition, Plan, Rule, RuleSet, TableBuilder, Value};

use crate::Random;

const FIELDS: [&str; 3] = ["kind", "size", "title"];
const LEADS: usize = 300;

/// Returns the scores of a book by a model: codes of two widths, points within a byte and beyond.
pub fn scores(random: &mut Random) -> Vec<i16> {
    let mut builder = TableBuilder::new(&FIELDS);
    for _ in 0..LEADS {
        let kind = (random.below(4) > 0).then(|| Value::Flag(random.below(2) == 0));
        let size = (random.below(9) > 0).then(|| size(random));
        builder.push([kind, size, Some(title(random))]);
    }
    let table = builder.finish();
    let rules = (0..random.below(12)).map(|_| Rule {
        points: points(random),
        when: condition(random, 0),
        stops: random.below(8) == 0,
    });
    let model = RuleSet { base: 5, rules: rules.collect(), lowest: -500, highest: 900 };
    Plan::compile(&model, &table).map(|plan| plan.scores(&table)).unwrap_or_default()
}

fn points(random: &mut Random) -> i32 {
    let reach = if random.below(4) == 0 { 400 } else { 90 };
    i32::try_from(random.below(2 * reach) - reach).unwrap_or_default()
}

fn size(random: &mut Random) -> Value {
    Value::Number(random.below(500) as f64 / 2.0)
}

fn title(random: &mut Random) -> Value {
    Value::Text(format!("title {}", random.below(290)))
}

fn condition(random: &mut Random, depth: u32) -> Condition {
    let field = (*random.pick(&FIELDS)).to_owned();
    match random.below(if depth < 2 { 8 } else { 5 }) {
        0 => Condition::AtLeast(field, random.below(250) as f64),
        1 => Condition::AtMost(field, random.below(250) as f64),
        2 => Condition::Contains(field, random.below(30).to_string()),
        3 => Condition::Known(field),
        4 => Condition::OneOf(field, vec![Value::Flag(true), size(random), title(random)]),
        5 => Condition::All(vec![condition(random, depth + 1), condition(random, depth + 1)]),
        6 => Condition::Any(vec![condition(random, depth + 1), condition(random, depth + 1)]),
        _ => Condition::Not(Box::new(condition(random, depth + 1))),
    }
}
