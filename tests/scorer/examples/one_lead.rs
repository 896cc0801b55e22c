//! How long the score of one lead takes, from its JSON to points, cell and reasons: by the default model and by
//! a model with every kind of rule, as the Worker has them.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use plumbline_domain::scoring::{ScoringModel, Signals, pairs, score_lead};
use plumbline_scorer::models::NOW;

const LEAD: &str = r#"{"name":"Ada","email":"ada@acme.co","company":"Acme","role":"decision_maker","country":"DE","company_size":"51-200","industry":"software","timing":"now","phone":"+49 30 901820","budget":"yes"}"#;
const ROUNDS: u32 = 200_000;

fn main() {
    let model: ScoringModel = plumbline_scorer::default_model().unwrap();
    let score = |text: &str| {
        let answers: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        score_lead(&Signals::of_answers(pairs(&answers), true, NOW), &model, NOW)
    };
    let start = Instant::now();
    for _ in 0..ROUNDS {
        black_box(score(black_box(LEAD)));
    }
    let each = start.elapsed() / ROUNDS;
    let (rules, reasons) = (model.rules.len(), score(LEAD).reasons.len());
    println!(
        "one lead by {rules} rules, from JSON to points, cell and {reasons} reasons: {each:?}"
    );
}
