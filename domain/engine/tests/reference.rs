//! The engine against the plainest way to say the same.

use plumbline_engine::{
    Condition, Plan, Question, Rule, RuleError, RuleSet, Single, TableBuilder, Value,
};
use proptest::prelude::*;

const FIELDS: [&str; 3] = ["kind", "size", "title"];
type Lead = Vec<Option<Value>>;

fn holds(condition: &Condition, lead: &Lead) -> bool {
    let get = |field: &str| {
        let place = FIELDS.iter().position(|name| *name == field)?;
        lead.get(place)?.as_ref()
    };
    let number = |field: &str| match get(field) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    match condition {
        Condition::Equals(field, value) => get(field) == Some(value),
        Condition::OneOf(field, values) => get(field).is_some_and(|value| values.contains(value)),
        Condition::AtLeast(field, least) => number(field).is_some_and(|number| number >= *least),
        Condition::AtMost(field, most) => number(field).is_some_and(|number| number <= *most),
        Condition::Contains(field, wanted) => match get(field) {
            Some(Value::Text(text)) => text.to_lowercase().contains(&wanted.to_lowercase()),
            _ => false,
        },
        Condition::Known(field) => get(field).is_some(),
        Condition::Asks(field, _) => asked(match get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }),
        Condition::All(inner) => inner.iter().all(|one| holds(one, lead)),
        Condition::Any(inner) => inner.iter().any(|one| holds(one, lead)),
        Condition::Not(inner) => !holds(inner, lead),
    }
}

/// The one question that is asked here.
fn asked(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.len() == 2)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        (-3..400_i32).prop_map(|number| Value::Number(f64::from(number) / 2.0)),
        "[abAB]{0,3}".prop_map(Value::Text),
    ]
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![Just("kind"), Just("size"), Just("title"), Just("nobody's")].prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = Condition> {
    let number = (-5..410_i32).prop_map(|number| f64::from(number) / 2.0);
    let leaf = prop_oneof![
        (field(), value()).prop_map(|(field, value)| Condition::Equals(field, value)),
        (field(), prop::collection::vec(value(), 0..4))
            .prop_map(|(field, values)| Condition::OneOf(field, values)),
        (field(), number.clone()).prop_map(|(field, number)| Condition::AtLeast(field, number)),
        (field(), number).prop_map(|(field, number)| Condition::AtMost(field, number)),
        (field(), "[ab]{1,2}").prop_map(|(field, text)| Condition::Contains(field, text)),
        field().prop_map(Condition::Known),
        field().prop_map(|field| Condition::Asks(field, Question::new(asked))),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Any),
            inner.prop_map(|one| Condition::Not(Box::new(one))),
        ]
    })
}

/// Points whose sums fit into a byte, and some that do not.
fn points() -> impl Strategy<Value = i32> {
    prop_oneof![4 => -90..90_i32, 1 => -400..400_i32]
}

fn scores(model: &RuleSet, leads: &[Lead]) -> Result<Vec<i16>, RuleError> {
    let mut builder = TableBuilder::new(&FIELDS);
    leads.iter().for_each(|lead| builder.push(lead.clone()));
    let table = builder.finish();
    Ok(Plan::compile(model, &table)?.scores(&table))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn every_lead_has_the_score_that_the_rules_say(
        rules in prop::collection::vec((points(), condition(), prop::bool::weighted(0.15)), 0..12),
        leads in prop::collection::vec(prop::collection::vec(prop::option::of(value()), 3), 0..60),
        base in -20..20_i32,
        (lowest, highest) in prop_oneof![Just((0, 100)), Just((-2_000, 2_000))],
    ) {
        let rules = rules.into_iter().map(|(points, when, stops)| Rule { points, when, stops }).collect();
        let model = RuleSet { base, rules, lowest, highest };
        let plain = |lead: &Lead| {
            let mut holding = model.rules.iter().filter(|rule| holds(&rule.when, lead));
            let sum = match holding.clone().find(|rule| rule.stops) {
                Some(alone) => alone.points,
                None => holding.by_ref().map(|rule| rule.points).sum::<i32>(),
            };
            (base + sum).clamp(i32::from(lowest), i32::from(highest))
        };
        let expected: Vec<i32> = leads.iter().map(plain).collect();
        let found: Vec<i32> = scores(&model, &leads).unwrap().into_iter().map(i32::from).collect();
        prop_assert_eq!(&found, &expected);
        let single = Single::new(&model, &FIELDS);
        let found: Vec<i32> = leads.iter().map(|lead| single.score(|place| Some(lead.get(place)?.as_ref()?.into()))).collect();
        prop_assert_eq!(found, expected, "one at a time");
    }
}

fn rule(points: i32, when: Condition) -> Rule {
    Rule { points, when, stops: false }
}

/// Codes of every width, and more leads than fit into one block.
#[test]
fn a_large_book_is_scored_like_a_small_one() {
    let leads: Vec<Lead> = (0..70_001_u32)
        .map(|n| {
            let kind = Value::Text(["free", "corporate"][n as usize % 2].to_owned());
            let title = Value::Text(format!("title {}", n % 300));
            vec![Some(kind), Some(Value::Number(f64::from(n))), Some(title)]
        })
        .collect();
    let both = Condition::All(vec![
        Condition::AtMost("size".into(), 69_000.0),
        Condition::Equals("kind".into(), Value::Text("free".into())),
    ]);
    // True of so many ranges of codes that each code is looked up.
    let ends_in = |digit: &'static str| {
        Condition::Asks(
            "title".into(),
            Question::new(move |text| text.is_some_and(|text| text.ends_with(digit))),
        )
    };
    let either = Condition::Any(vec![
        ends_in("7"),
        Condition::AtLeast("size".into(), 69_500.0),
        Condition::Not(Box::new(Condition::AtLeast("size".into(), 500.0))),
    ]);
    let rules = vec![
        rule(7, Condition::AtLeast("size".into(), 65_536.0)),
        rule(3, Condition::Contains("title".into(), "E 29".into())),
        rule(1, both),
        rule(20, ends_in("5")),
        rule(300, either),
    ];
    let model = RuleSet { base: 2, rules, lowest: 0, highest: 1_000 };
    let found = scores(&model, &leads).unwrap();
    for (n, score) in (0_u32..).zip(&found) {
        let title = n % 300 == 29 || n % 300 >= 290;
        let expected = 2
            + 7 * i16::from(n >= 65_536)
            + 3 * i16::from(title)
            + i16::from(n <= 69_000 && n % 2 == 0)
            + 20 * i16::from(n % 10 == 5)
            + 300 * i16::from(n % 10 == 7 || !(500..69_500).contains(&n));
        assert_eq!(*score, expected, "{n}");
    }
}

#[test]
fn a_model_that_cannot_be_counted_is_refused() {
    let rule = |points| rule(points, Condition::Known("kind".into()));
    let model = |rules, lowest, highest| RuleSet { base: 0, rules, lowest, highest };
    let compiled = |model: RuleSet| scores(&model, &[]).map(drop);
    assert_eq!(
        compiled(model(vec![rule(20_000), rule(-20_000)], 0, 1)),
        Err(RuleError::PointsOverflow)
    );
    assert_eq!(compiled(model(vec![rule(i32::MIN)], 0, 1)), Err(RuleError::PointsOverflow));
    assert_eq!(compiled(model(vec![], 1, 0)), Err(RuleError::BoundsReversed));
    assert_eq!(compiled(model(vec![rule(32_767)], 0, 1)), Ok(()));
}
