//! Random models, and leads for them: every kind of condition, every bound of a rule.

use std::collections::BTreeMap;

use plumbline_domain::email::{Assessment, SyntaxReason};
use plumbline_domain::scoring::{
    Condition, CountryGroup, GroupCap, LookedUp, Observation, ObservationKind, Rule, ScoringModel,
    Signals, Thresholds, Visibility,
};
use plumbline_domain::time::{DAY_MS, Timestamp};

use crate::Random;

/// When all of these leads are scored.
pub const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);
const FACTS: [&str; 4] = ["role", "country", "employees", "nobody's"];
const VALUES: [&str; 6] = ["user", "student", "DE", "SE", "12", "400"];
const KINDS: [ObservationKind; 4] = [
    ObservationKind::FormSubmitted,
    ObservationKind::GuideRead,
    ObservationKind::Replied,
    ObservationKind::CareersViewed,
];

/// Returns the time so many days before [`NOW`].
#[must_use]
pub const fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_ms(NOW.as_ms() - days * DAY_MS)
}

/// Makes a condition about who a lead is.
pub fn condition(random: &mut Random, depth: u32) -> Condition {
    let fact = (*random.pick(&FACTS)).to_owned();
    let value = (*random.pick(&VALUES)).to_owned();
    let parts =
        |random: &mut Random| (0..=random.below(2)).map(|_| condition(random, depth + 1)).collect();
    match random.below(if depth < 2 { 10 } else { 7 }) {
        0 => Condition::OneOf { fact, values: vec![value, (*random.pick(&VALUES)).to_owned()] },
        1 => Condition::Given { fact },
        2 => Condition::Missing { fact },
        3 => Condition::Contains { fact, text: value.to_lowercase() },
        4 => Condition::Matches { fact, pattern: format!("^{value}$") },
        5 => {
            let from = random.below(50);
            Condition::Between { fact, from: Some(from), to: Some(from + random.below(500)) }
        }
        6 => Condition::InGroup { fact, group: *random.pick(&CountryGroup::ALL) },
        7 => Condition::All(parts(random)),
        8 => Condition::Any(parts(random)),
        _ => Condition::Not(Box::new(condition(random, depth + 1))),
    }
}

/// Makes a rule.
pub fn rule(random: &mut Random, number: i64) -> Rule {
    let when = match random.below(8) {
        0 => Condition::Silent { days: days(random) },
        1..4 => Condition::Observed(*random.pick(&KINDS)),
        _ => condition(random, 0),
    };
    let points = small(random.below(120)) - 60;
    let mut rule = Rule::private(format!("r{number}"), "A rule".to_owned(), points, when);
    if random.below(2) == 0 {
        rule.visibility = Visibility::Public;
    }
    let sometimes = |random: &mut Random| (random.below(3) == 0).then(|| days(random));
    if !rule.when.is_engagement() {
        rule.stops = random.below(8) == 0;
        return rule;
    }
    rule.cap = sometimes(random).map(|cap| small(cap) % 80);
    rule.group = (random.below(2) == 0).then(|| "web".to_owned());
    if matches!(rule.when, Condition::Silent { .. }) {
        return rule;
    }
    rule.half_life_days = sometimes(random);
    rule.fades_in_days = sometimes(random).filter(|_| rule.half_life_days.is_none());
    rule.window_days = sometimes(random);
    rule.at_least = sometimes(random).map(|count| count % 3 + 1);
    rule.once = random.below(4) == 0;
    rule
}

fn small(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or_default()
}

fn days(random: &mut Random) -> u32 {
    small(random.below(119)).unsigned_abs() + 1
}

/// Makes a model that holds together.
pub fn model(random: &mut Random) -> ScoringModel {
    let thresholds =
        Thresholds { fit_a: 60, fit_b: 30, engagement_1: 50, engagement_2: 20, margin: 5 };
    ScoringModel {
        version: 1,
        rules: (0..random.below(6)).map(|number| rule(random, number)).collect(),
        group_caps: vec![GroupCap { group: "web".to_owned(), points: small(random.below(60)) }],
        thresholds,
        qualification: Default::default(),
        likelihood: None,
    }
}

/// The answers of a lead, and what it did; some of it is still to come.
pub type Lead = (BTreeMap<String, String>, Vec<Observation>);

/// Makes a lead.
pub fn lead(random: &mut Random) -> Lead {
    let mut answers = BTreeMap::new();
    for (name, values) in [
        ("role", &["user", "Student"][..]),
        ("country", &["DE", "SE"]),
        ("employees", &["12", "400", "many"]),
    ] {
        if random.below(3) > 0 {
            answers.insert(name.to_owned(), (*random.pick(values)).to_owned());
        }
    }
    let seen = (0..random.below(6))
        .map(|_| Observation { kind: *random.pick(&KINDS), at: days_ago(random.below(203) - 3) });
    (answers, seen.collect())
}

/// Returns what rules can look at of a lead.
#[must_use]
pub fn signals((answers, seen): &Lead) -> Signals {
    Signals::of(
        answers,
        LookedUp::of(&Assessment::of_bad_syntax(SyntaxReason::Empty, NOW), None),
        seen,
    )
}
