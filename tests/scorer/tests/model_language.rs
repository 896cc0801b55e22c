//! What must hold for every model and every lead, whatever rules somebody makes: 100,000 seeded cases for
//! each property.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use plumbline_domain::scoring::{
    Condition, CountryGroup, Dimension, ENGAGEMENT_RANGE, FIT_RANGE, GroupCap, ModelError,
    Observation, ObservationKind, PublicRules, Rule, RuleFault, ScoringModel, Signals, decayed,
    faded, missing_signals, pairs, score_lead,
};
use plumbline_domain::time::DAY_MS;
use plumbline_scorer::models::{Lead, NOW, condition, days_ago, lead, model, signals};
use plumbline_scorer::{Random, default_model};

const CASES: u64 = 100_000;
/// Calls `check` with each case; a case that fails is named by its seed.
fn each_case(mut check: impl FnMut(u64, &mut Random, ScoringModel, Lead)) {
    for seed in 0..CASES {
        let mut random = Random::new(seed);
        let (model, lead) = (model(&mut random), lead(&mut random));
        check(seed, &mut random, model, lead);
    }
}

#[test]
fn reasons_add_up_within_every_limit() {
    each_case(|seed, _, model, lead| {
        assert_eq!(model.check(), Ok(()), "{seed}");
        let score = score_lead(&signals(&lead), &model, NOW);
        let sum = |wanted: Dimension| {
            let reasons = score.reasons.iter().filter(|reason| reason.dimension == wanted);
            reasons.map(|reason| reason.points).sum::<i32>()
        };
        let sums = (sum(Dimension::Fit), sum(Dimension::Engagement));
        assert_eq!(sums, (score.fit, score.engagement), "{seed}");
        assert!((FIT_RANGE.0..=FIT_RANGE.1).contains(&score.fit), "{seed}");
        assert!((ENGAGEMENT_RANGE.0..=ENGAGEMENT_RANGE.1).contains(&score.engagement), "{seed}");
        let mut of_group = 0;
        for reason in &score.reasons {
            // The latest event behind it, and how many there are, are those of the lead.
            if let Some(Condition::Observed(kind)) =
                model.rules.iter().find(|rule| rule.id == reason.rule).map(|rule| &rule.when)
            {
                let of_kind = lead.1.iter().filter(|seen| seen.kind == *kind && seen.at <= NOW);
                let ages: Vec<_> = of_kind.map(|seen| NOW.since(seen.at)).collect();
                assert_eq!(reason.age_ms, ages.iter().copied().min(), "{seed}");
                assert!(reason.times.is_none_or(|times| times > 1 && times as usize <= ages.len()));
            }
            match model.rules.iter().find(|rule| rule.id == reason.rule) {
                Some(rule) if rule.when.is_engagement() => {
                    assert!(rule.cap.is_none_or(|cap| reason.points.abs() <= cap), "{seed}");
                    of_group += if rule.group.is_some() { reason.points } else { 0 };
                }
                _ => of_group += if reason.rule.starts_with("cap.") { reason.points } else { 0 },
            }
        }
        assert!(of_group <= model.group_caps[0].points, "{seed}");
    });
}

#[test]
fn more_points_never_lower_a_score() {
    each_case(|seed, random, model, lead| {
        let signals = signals(&lead);
        let before = score_lead(&signals, &model, NOW);
        for place in 0..model.rules.len() {
            let mut better = model.clone();
            better.rules[place].points += i32::try_from(random.below(40)).unwrap();
            let after = score_lead(&signals, &better, NOW);
            let is_lower = after.fit < before.fit || after.engagement < before.engagement;
            assert!(!is_lower, "{seed}");
        }
    });
}

#[test]
fn a_past_score_is_that_of_what_was_known_then() {
    each_case(|seed, random, model, lead| {
        let then = days_ago(random.below(150));
        let mut known = lead.clone();
        known.1.retain(|seen| seen.at <= then);
        let score = score_lead(&signals(&lead), &model, then);
        assert_eq!(score, score_lead(&signals(&known), &model, then), "{seed}");
    });
}

#[test]
fn without_news_what_speaks_for_a_lead_counts_less_every_day() {
    each_case(|seed, random, mut model, mut lead| {
        model.rules.retain(|rule| rule.points > 0 && matches!(rule.when, Condition::Observed(_)));
        lead.1.retain(|seen| seen.at <= NOW);
        let later = days_ago(-1 - random.below(60));
        let signals = signals(&lead);
        let (today, then) =
            (score_lead(&signals, &model, NOW), score_lead(&signals, &model, later));
        assert!(then.engagement <= today.engagement, "{seed}");
    });
}

#[test]
fn what_fades_is_what_the_formulas_say() {
    for seed in 0..CASES {
        let mut random = Random::new(seed);
        let points = i32::try_from(random.below(2_001)).unwrap() - 1_000;
        let age_ms = random.below(4_000 * DAY_MS);
        let days = u32::try_from(random.below(3_650)).unwrap() + 1;
        let share = age_ms as f64 / (f64::from(days) * DAY_MS as f64);
        let apart = |found: i32, exact: f64| (f64::from(found) - exact).abs();
        let half = f64::from(points) * (-share).exp2();
        // Between the 64ths of a half-life it goes in a line.
        assert!(apart(decayed(points, age_ms, Some(days)), half) <= 0.52, "{seed}");
        let line = f64::from(points) * (1.0 - share).max(0.0);
        assert!(apart(faded(points, age_ms, days), line) <= 0.501, "{seed}");
        assert_eq!(decayed(-points, age_ms, Some(days)), -decayed(points, age_ms, Some(days)));
        assert_eq!(decayed(points, age_ms, None), points);
    }
}

#[test]
fn silence_says_nothing_of_a_lead_that_did_nothing() {
    let silent = Rule::private("s".into(), "A rule".into(), -10, Condition::Silent { days: 30 });
    let model = ScoringModel { rules: vec![silent], ..default() };
    let engagement = |seen: &[i64]| {
        let seen = seen
            .iter()
            .map(|days| Observation { kind: ObservationKind::Replied, at: days_ago(*days) });
        model.rules[0].engagement(&seen.collect::<Vec<_>>(), NOW).map(|earned| earned.points)
    };
    assert_eq!((engagement(&[]), engagement(&[-1])), (None, None));
    assert_eq!(
        (engagement(&[29]), engagement(&[90, 30]), engagement(&[90, 3])),
        (None, Some(-10), None)
    );
}

#[test]
fn a_question_answers_as_the_rule_does_and_a_model_reads_back() {
    each_case(|seed, random, mut model, lead| {
        let when = condition(random, 0);
        model.rules = vec![Rule::private("r".into(), "A rule".into(), 7, when.clone())];
        let holds = score_lead(&signals(&lead), &model, NOW).fit == 7;
        if let Some(fact) = when.fact() {
            assert_eq!(when.question()(lead.0.get(fact).map(String::as_str)), holds, "{seed}");
        }
        let copy: ScoringModel =
            serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
        assert_eq!(copy, model, "{seed}");
    });
}

fn default() -> ScoringModel {
    default_model().unwrap()
}

#[test]
fn what_is_missing_is_what_would_count_and_questions_come_first() {
    let answers = BTreeMap::from([("role".to_owned(), "user".to_owned())]);
    let signals = Signals::of_answers(pairs(&answers), false, days_ago(-1));
    let missing = missing_signals(&signals, &default(), NOW, 3);
    let named: Vec<_> =
        missing.iter().map(|signal| (signal.rule.as_str(), signal.points)).collect();
    assert_eq!(named, [("size.target", 20), ("industry.match", 20), ("budget.yes", 15)]);
    assert!(
        missing.iter().all(|signal| !signal.rule.starts_with("role.")),
        "who they are is known"
    );
    let seen = missing_signals(&signals, &default(), NOW, 99);
    assert!(seen.iter().any(|signal| signal.rule == "meeting.booked" && signal.points == 50));
    assert!(seen.is_sorted_by_key(|signal| signal.dimension));
}

#[test]
fn whatever_an_answer_could_make_true_is_missing_and_nothing_else() {
    let given = |fact: &str| Condition::Given { fact: fact.to_owned() };
    let one_of = |fact: &str, value: &str| Condition::OneOf {
        fact: fact.to_owned(),
        values: vec![value.to_owned()],
    };
    let staff = Condition::Between { fact: "employees".to_owned(), from: Some(10), to: None };
    let dach =
        Condition::InGroup { fact: "country".to_owned(), group: CountryGroup::GermanSpeaking };
    let pattern = Condition::Matches { fact: "city".to_owned(), pattern: "^B".to_owned() };
    let both = Condition::All(vec![one_of("role", "user"), one_of("timing", "now")]);
    let other = Condition::All(vec![one_of("role", "student"), given("need")]);
    let no_relay = Condition::Not(Box::new(one_of("email_class", "relay")));
    let rules = [
        (20, staff),
        (30, dach),
        (10, pattern),
        (40, both),
        (50, other),
        (60, no_relay),
        (-5, given("phone")),
        (15, one_of("industry", "software")),
        (90, given("utm_campaign")),
        (25, one_of("industry", "trade")),
        (-7, Condition::Missing { fact: "industry".to_owned() }),
    ];
    let rules = (0..).zip(rules).map(|(number, (points, when)): (usize, _)| {
        Rule::private(format!("r{number}"), "A rule".to_owned(), points, when)
    });
    let model = ScoringModel { rules: rules.collect(), ..default() };
    let answers = BTreeMap::from([("role".to_owned(), "user".to_owned())]);
    let signals = Signals::of_answers(pairs(&answers), false, NOW);
    let missing = missing_signals(&signals, &model, NOW, 99);
    let named: Vec<_> = missing.iter().map(|one| (one.rule.as_str(), one.points)).collect();
    // Nobody is asked which campaign they came from. A student it will never be; that it is no relay holds already; the better of two industries
    // stands for both, and that one is known takes away what was taken for none.
    assert_eq!(named, [("r3", 40), ("r9", 32), ("r1", 30), ("r0", 20), ("r2", 10)]);
}

#[test]
fn a_form_scores_by_its_rules_as_the_server_does() {
    let mut compared = 0;
    each_case(|seed, random, model, (answers, _)| {
        let is_told = |rule: &&Rule| {
            let alone = ScoringModel { rules: vec![(*rule).clone()], ..model.clone() };
            PublicRules::of(&alone) != PublicRules::default()
        };
        let told: Vec<_> = model.rules.iter().filter(is_told).cloned().collect();
        compared += usize::from(!told.is_empty());
        let public = PublicRules::read(&PublicRules::of(&model).text());
        let known = Signals::of_answers(pairs(&answers), random.below(2) == 0, NOW);
        let score = score_lead(&known, &ScoringModel { rules: told, ..model }, NOW);
        assert_eq!(public.score(&known), (score.fit, score.engagement), "seed {seed}");
    });
    assert!(compared > 20_000, "{compared}");
}

#[test]
fn a_long_list_hides_no_other_answer() {
    let one_of = |values: Vec<String>| Condition::OneOf { fact: "city".to_owned(), values };
    let rule = |id: &str, points, when| Rule::private(id.to_owned(), id.to_owned(), points, when);
    let many = (0..500).map(|number| format!("town {number}")).collect();
    let mut model = default();
    model.rules =
        vec![rule("long", 1, one_of(many)), rule("short", 30, one_of(vec!["Bern".to_owned()]))];
    let missing = missing_signals(&Signals::default(), &model, NOW, 3);
    assert_eq!((missing[0].rule.as_str(), missing[0].points), ("short", 30));
}

#[test]
fn what_is_missing_adds_what_it_says() {
    let leaves = |model: &ScoringModel, asked: &str| {
        let mut answers = vec!["\u{fffc}".to_owned()];
        for rule in &model.rules {
            rule.when.each(&mut |part| match part {
                _ if part.fact() != Some(asked) => {}
                Condition::OneOf { values, .. } => answers.extend(values.iter().cloned()),
                Condition::Contains { text, .. } => answers.push(text.clone()),
                Condition::Between { from, .. } => {
                    answers.extend(from.map(|from| from.to_string()))
                }
                Condition::InGroup { group, .. } => {
                    let first = ["AT", "DK", "BE", "CA", "AU"];
                    answers.extend(
                        first.into_iter().find(|code| group.contains(code)).map(String::from),
                    );
                }
                _ => {}
            });
        }
        answers
    };
    let is_plain = |model: &ScoringModel| {
        let mut is_plain = true;
        model.rules.iter().for_each(|rule| {
            rule.when.each(&mut |part| is_plain &= !matches!(part, Condition::Matches { .. }));
        });
        is_plain
    };
    each_case(|seed, _, model, lead| {
        if !is_plain(&model) {
            return;
        }
        let known = signals(&lead);
        let today = score_lead(&known, &model, NOW);
        // The best that any answer to one question adds, where a rule holds by it that did not.
        let best = |asked: &str| {
            let fits = leaves(&model, asked).into_iter().filter_map(|answer| {
                let mut then = lead.clone();
                then.0.insert(asked.to_owned(), answer);
                let score = |rule: &Rule, lead: &Lead| {
                    let alone = ScoringModel {
                        rules: vec![Rule { stops: false, points: 1, ..rule.clone() }],
                        ..model.clone()
                    };
                    score_lead(&signals(lead), &alone, NOW).fit
                };
                let becomes = |rule: &Rule| {
                    !rule.when.is_engagement() && score(rule, &lead) == 0 && score(rule, &then) == 1
                };
                let is_new = model.rules.iter().any(becomes);
                is_new.then(|| score_lead(&signals(&then), &model, NOW).fit - today.fit)
            });
            fits.filter(|points| *points > 0).max()
        };
        let unknown = ["role", "country", "employees", "nobody's"]
            .into_iter()
            .filter(|fact| known.fact(fact).is_none());
        let mut expected: Vec<i32> = unknown.filter_map(best).collect();
        expected.sort_unstable_by_key(|points| std::cmp::Reverse(*points));
        let found = missing_signals(&known, &model, NOW, 99);
        let found: Vec<i32> = found
            .iter()
            .filter(|one| one.dimension == Dimension::Fit)
            .map(|one| one.points)
            .collect();
        assert_eq!(found, expected, "{seed}");
    });
}

#[test]
fn what_needs_two_answers_is_no_question_and_what_has_faded_can_be_done_again() {
    let given = |fact: &str| Condition::Given { fact: fact.to_owned() };
    let rule = |id: &str, when| Rule::private(id.to_owned(), "A rule".to_owned(), 30, when);
    let both = rule("both", Condition::All(vec![given("city"), given("industry")]));
    let none = rule(
        "none",
        Condition::All(vec![given("role"), Condition::Missing { fact: "need".into() }]),
    );
    let replied = Rule {
        window_days: Some(10),
        ..rule("replied", Condition::Observed(ObservationKind::Replied))
    };
    let model = ScoringModel { rules: vec![both, none, replied], ..default() };
    let answers = BTreeMap::from([("need".to_owned(), "A form".to_owned())]);
    let missing = |days: i64| {
        let seen = Observation { kind: ObservationKind::Replied, at: days_ago(days) };
        let missing = missing_signals(&signals(&(answers.clone(), vec![seen])), &model, NOW, 99);
        missing.into_iter().map(|one| one.rule).collect::<Vec<_>>()
    };
    assert_eq!(missing(1), [""; 0], "it counts");
    assert_eq!(missing(20), ["replied"]);
    assert_eq!(missing(-1), ["replied"], "what is to come has not happened");
}

#[test]
fn a_rule_that_says_nothing_is_named() {
    let with = |change: &dyn Fn(&mut Rule)| {
        let mut model = default();
        change(&mut model.rules[1]);
        model.check()
    };
    let fault = |fault| Err(ModelError::Rule { rule: "role.decision_maker".to_owned(), fault });
    assert_eq!(with(&|rule| rule.points = 1_001), fault(RuleFault::Points));
    assert_eq!(with(&|rule| rule.cap = Some(-1)), fault(RuleFault::Points));
    assert_eq!(with(&|rule| rule.window_days = Some(0)), fault(RuleFault::Days));
    assert_eq!(with(&|rule| rule.at_least = Some(0)), fault(RuleFault::Days));
    assert_eq!(with(&|rule| rule.at_least = Some(1_001)), fault(RuleFault::Days));
    assert_eq!(with(&|rule| rule.cap = Some(9)), fault(RuleFault::Idle));
    let silent = |rule: &mut Rule| rule.when = Condition::Silent { days: 30 };
    assert_eq!(with(&|rule| (silent(rule), rule.cap = Some(9)).1), Ok(()));
    assert_eq!(
        with(&|rule| (silent(rule), rule.half_life_days = Some(9)).1),
        fault(RuleFault::Idle)
    );
    assert_eq!(with(&|rule| rule.label.clear()), fault(RuleFault::Name));
    assert_eq!(
        with(&|rule| (rule.half_life_days, rule.fades_in_days) = (Some(3), Some(3))),
        fault(RuleFault::FadesTwice)
    );
    let mut model = default();
    model.rules[2].id = "role.decision_maker".to_owned();
    assert_eq!(model.check(), Err(ModelError::DuplicateRule("role.decision_maker".to_owned())));
    model.thresholds.fit_b = 61;
    model.rules[2].id = "other".to_owned();
    assert_eq!(model.check(), Err(ModelError::Band("B")));
    assert!(default().check_facts(|fact| fact != "budget").is_err());
    assert_eq!(default().check_facts(|_| true), Ok(()));
    model.thresholds = default().thresholds;
    model.thresholds.fit_a = 101;
    assert_eq!(model.check(), Ok(()), "nobody is in a band that begins just above all points");
    model.thresholds.fit_a = 102;
    assert_eq!(model.check(), Err(ModelError::Band("A")));
    model.thresholds.fit_a = 101;
    model.thresholds.margin = 101;
    assert_eq!(model.check(), Err(ModelError::Margin));
    let capped = |groups: &[(&str, i32)]| {
        let cap = |(group, points): &(&str, i32)| GroupCap {
            group: (*group).to_owned(),
            points: *points,
        };
        ScoringModel { group_caps: groups.iter().map(cap).collect(), ..default() }.check()
    };
    let of = |group: &str| Err(ModelError::GroupCap(group.to_owned()));
    assert_eq!(capped(&[("web", 5), ("mail", 0)]), Ok(()));
    assert_eq!(capped(&[("web", 5), ("mail", -1)]), of("mail"));
    assert_eq!(capped(&[("web", 5), ("web", 6)]), of("web"));

    // What all rules take together is too much from one rule on, and that is named.
    let many = |rule: &dyn Fn(usize) -> Rule, count| ScoringModel {
        rules: (0..count).map(rule).collect(),
        ..default()
    };
    let plain = |number: usize, points, when| {
        Rule::private(format!("r{number}"), "A rule".to_owned(), points, when)
    };
    let given = || Condition::Given { fact: "role".to_owned() };
    let points = many(&|number| plain(number, 1_000, given()), 40).check();
    assert_eq!(points, Err(ModelError::PointsOverflow("r32".to_owned())));
    let parts = many(&|number| plain(number, 1, Condition::All(vec![given(); 99])), 40).check();
    assert_eq!(parts, Err(ModelError::TooManyConditions("r19".to_owned())));
    let slow = |number: usize| {
        plain(number, 1, Condition::Matches { fact: "need".into(), pattern: "(?:a?){60}b".into() })
    };
    assert_eq!(many(&slow, 3).check(), Ok(()));
    assert_eq!(many(&slow, 4).check(), Err(ModelError::SlowExpressions("r3".to_owned())));
    let explodes = |number: usize| {
        plain(number, 1, Condition::Matches { fact: "need".into(), pattern: "(?:a?){600}b".into() })
    };
    assert!(matches!(
        many(&explodes, 1).check(),
        Err(ModelError::Rule { fault: RuleFault::Pattern(_), .. })
    ));
}
