//! A model from JSON.

use plumbline_engine::{Condition, Rule, RuleSet, Value};
use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::Value as Json;

use crate::lead::Answer;

#[derive(Deserialize)]
struct ModelFile {
    base: i32,
    clamp: [i16; 2],
    rules: Vec<RuleFile>,
}

#[derive(Deserialize)]
struct RuleFile {
    points: i32,
    when: Question,
}

#[derive(Deserialize)]
struct Question {
    op: String,
    #[serde(default)]
    f: String,
    #[serde(default)]
    v: Json,
    #[serde(default)]
    c: Vec<Question>,
}

/// A model, and the fields that it asks about.
pub struct Model {
    /// The model.
    pub rules: RuleSet,
    fields: Vec<String>,
}

impl Model {
    /// Returns the fields that it asks about, each once.
    pub fn fields(&self) -> Vec<&str> {
        self.fields.iter().map(String::as_str).collect()
    }
}

/// Reads a model.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(text: &str) -> Result<Model, String> {
    let file: ModelFile =
        serde_json::from_str(text).map_err(|error| format!("the model: {error}"))?;
    let mut fields = Vec::new();
    let rules: Result<Vec<Rule>, String> = file
        .rules
        .iter()
        .map(|rule| {
            let when = condition(&rule.when, &mut fields)?;
            Ok(Rule { points: rule.points, when, stops: false })
        })
        .collect();
    let [lowest, highest] = file.clamp;
    let rules = RuleSet { base: file.base, rules: rules?, lowest, highest };
    rules.check().map_err(|error| error.to_string())?;
    fields.sort_unstable();
    fields.dedup();
    Ok(Model { rules, fields })
}

fn condition(question: &Question, fields: &mut Vec<String>) -> Result<Condition, String> {
    let Question { op, f, v, c } = question;
    let mut inner = || c.iter().map(|one| condition(one, fields)).collect::<Result<Vec<_>, _>>();
    match op.as_str() {
        "all" => return Ok(Condition::All(inner()?)),
        "any" => return Ok(Condition::Any(inner()?)),
        // As in the reference: only the first is asked.
        "not" => {
            let first = inner()?.into_iter().next().ok_or("`not` needs a condition")?;
            return Ok(Condition::Not(Box::new(first)));
        }
        _ => fields.push(f.clone()),
    }
    let field = f.clone();
    let single = || value(v.clone()).ok_or_else(|| format!("`{op}` of {f} needs a value"));
    let number = || v.as_f64().ok_or_else(|| format!("`{op}` of {f} needs a number"));
    Ok(match op.as_str() {
        "eq" => Condition::Equals(field, single()?),
        "ne" => Condition::Not(Box::new(Condition::Equals(field, single()?))),
        "in" => {
            let list = v.as_array().ok_or_else(|| format!("`in` of {f} needs a list"))?;
            Condition::OneOf(field, list.iter().cloned().filter_map(value).collect())
        }
        "gte" => Condition::AtLeast(field, number()?),
        "lte" => Condition::AtMost(field, number()?),
        "has" => {
            let text = v.as_str().ok_or_else(|| format!("`has` of {f} needs a text"))?;
            Condition::Contains(field, text.to_owned())
        }
        "exists" => Condition::Known(field),
        other => return Err(format!("there is no operation `{other}`")),
    })
}

/// Returns a value as it is read of a lead.
fn value(json: Json) -> Option<Value> {
    Answer.deserialize(json).ok().flatten().map(Into::into)
}
