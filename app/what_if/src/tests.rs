//! The book against each of its leads by itself.

use plumbline_domain::form::Form;
use plumbline_domain::lead::{Lead, LeadDetails};
use plumbline_domain::scoring::{
    Condition, CountryGroup, ObservationKind, Outcomes, STANDARD_FACTS, STEPS, score_lead,
};
use plumbline_learner::{Month, Rate};
use plumbline_scorer::sample::{self, Market};
use plumbline_scorer::{Random, default_model};

use super::*;

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

/// The answers, and where the lead came from, as the Worker writes them.
fn origin_and(details: &LeadDetails) -> BTreeMap<String, String> {
    let mut facts = details.answers.clone();
    for (name, text) in details.attribution.facts() {
        facts.entry(name.to_owned()).or_insert_with(|| text.to_owned());
    }
    facts
}

fn book(leads: &[Lead]) -> Book {
    let seen = |lead: &Lead| BookLead {
        id: lead.summary.id,
        captured_at: lead.summary.captured_at,
        stage: lead.summary.stage,
        cell: lead.summary.cell,
        source: lead.summary.source,
        form_id: lead.summary.form_id.clone(),
        class: lead.details.assessment.domain_class,
        verdict: lead.summary.verdict,
        provider: lead.details.assessment.provider.clone(),
        phone: lead.details.phone.clone(),
        rejection: lead.details.rejection.map(|rejection| rejection.reason),
        rejected_for: lead.details.rejected_for,
        won_at: lead.details.won_at,
        answers: origin_and(&lead.details),
        history: lead.details.history.clone(),
        known_since: lead.details.known_since,
        observations: lead.details.observations.clone(),
    };
    Book { leads: leads.iter().map(seen).collect(), next: None }
}

fn models() -> Vec<ScoringModel> {
    let plain = default_model().unwrap();
    let mut bent = plain.clone();
    let rule = |when: Condition| Rule {
        id: format!("{when:?}"),
        when,
        points: 7,
        stops: false,
        ..plain.rules[1].clone()
    };
    let role = || "role".to_owned();
    let given = Condition::Given { fact: role() };
    let size = || Condition::Matches { fact: "company_size".into(), pattern: "^1+0".into() };
    bent.rules.extend([
        rule(Condition::Missing { fact: role() }),
        rule(Condition::Contains { fact: "name".into(), text: "AN".into() }),
        rule(Condition::InGroup { fact: "country".into(), group: CountryGroup::Nordics }),
        rule(Condition::All(vec![given.clone(), Condition::Not(Box::new(size()))])),
        rule(Condition::Any(vec![size(), Condition::Missing { fact: "shoe_size".into() }])),
        rule(Condition::Silent { days: 20 }),
        Rule {
            at_least: Some(2),
            once: true,
            ..rule(Condition::Observed(ObservationKind::GuideRead))
        },
        Rule {
            fades_in_days: Some(60),
            window_days: Some(50),
            group: Some("web".into()),
            ..rule(Condition::Observed(ObservationKind::Replied))
        },
    ]);
    bent.group_caps[0].points = 3;
    vec![plain, bent]
}

#[test]
fn a_book_is_scored_as_each_of_its_leads_is() {
    let form: Form =
        serde_json::from_str(include_str!("../../../domain/data/demo_form.json")).unwrap();
    let mut random = Random::new(7);
    let models = models();
    let leads: Vec<_> = (0..2_000)
        .map(|_| sample::lead(&mut random, &form, &models[0], &Market::SAMPLE, NOW))
        .collect();
    let facts = STANDARD_FACTS.map(str::to_owned).to_vec();
    let mut what_if = WhatIf::new(facts, NOW);
    what_if.add(book(&leads));
    // Back and forth: what was worked out for one model is used by the next.
    for model in [&models[0], &models[1], &models[0]] {
        model.check().unwrap();
        let one_by_one: Vec<_> = leads
            .iter()
            .map(|lead| lead.score_at(model, NOW))
            .map(|score| (score.fit, score.engagement, score.cell))
            .collect();
        assert_eq!(what_if.score(model).unwrap(), one_by_one);
    }
    what_if.set_base(&models[0]).unwrap();
    let same = what_if.try_model(&models[0]).unwrap();
    assert_eq!((same.moved, same.cells), (0, same.before));
    let tried = what_if.try_model(&models[1]).unwrap();
    assert!(tried.moved > 0 && tried.movers.len() == LISTED_MAX);
    assert!(tried.movers.iter().all(|mover| mover.from != mover.to));
    for counts in [&tried.cells[..], &tried.before, &tried.fit, &tried.engagement] {
        assert_eq!(counts.iter().sum::<u32>(), 2_000);
    }
    let urgency: Vec<_> = tried.first.iter().map(|lead| lead.to.urgency()).collect();
    assert!(urgency.is_sorted_by(|one, other| one >= other));
    let mut broken = models[0].clone();
    broken.rules[3].points = 20_000;
    assert!(what_if.try_model(&broken).is_err());
    // What is published is compared with, also where no more may be published like it.
    let twice = models[0].rules[3].clone();
    let old = ScoringModel { rules: vec![twice.clone(), twice], ..models[0].clone() };
    assert!(what_if.set_base(&old).is_ok() && what_if.try_model(&old).is_err());
}

#[test]
fn looking_back_knows_no_more_than_was_known_on_the_day() {
    let model = default_model().unwrap();
    let form: Form =
        serde_json::from_str(include_str!("../../../domain/data/demo_form.json")).unwrap();
    let mut random = Random::new(11);
    let mut leads: Vec<_> = (0..3_000)
        .map(|_| sample::lead(&mut random, &form, &model, &Market::SAMPLE, NOW))
        .filter(|lead| NOW.since(lead.summary.captured_at) > CLOSED_AFTER_DAYS * DAY_MS)
        .collect();
    assert!(leads.iter().filter(|lead| !lead.details.history.is_empty()).count() > 100);
    let look = |leads: &[Lead]| {
        let mut what_if = WhatIf::new(STANDARD_FACTS.map(str::to_owned).to_vec(), NOW);
        what_if.add(book(leads));
        what_if.look_back(&model).unwrap()
    };
    // Each lead by itself: as it would have been scored on the day it came.
    let mut expected = LookedBack::default();
    expected.by_cut.resize((model.thresholds.fit_b..=100).step_by(5).count(), Rate::default());
    for lead in &leads {
        let came = lead.summary.captured_at;
        let score = score_lead(&lead.signals_at(came), &model, came);
        expected.cells[score.cell as usize].add(is_won_in_time(lead));
        for (rate, cut) in expected.by_cut.iter_mut().zip((model.thresholds.fit_b..).step_by(5)) {
            if score.fit >= cut {
                rate.add(is_won_in_time(lead));
            }
        }
    }
    assert!(expected.by_cut[0].count > expected.by_cut.last().unwrap().count + 100);
    assert_eq!(look(&leads), expected);
    // Whoever became a customer later than others had time to is none that was won in that time.
    let won = |found: &LookedBack| found.cells.iter().map(|rate| rate.won).sum::<usize>();
    assert!(leads.iter().any(|lead| lead.details.won_at.is_some() && !is_won_in_time(lead)));
    let late = leads.iter_mut().filter(|lead| is_won_in_time(lead)).take(5);
    for lead in late {
        let came = lead.summary.captured_at.as_ms();
        lead.details.won_at = Some(Timestamp::from_ms(came + 91 * DAY_MS));
    }
    assert_eq!(won(&look(&leads)), won(&expected) - 5);
    // Of whom it is not known any more what they were like, it is told that they are left out.
    for lead in leads.iter_mut().take(7) {
        lead.details.known_since = Some(NOW);
    }
    let found = look(&leads);
    let counted: usize = found.cells.iter().map(|rate| rate.count).sum();
    assert_eq!((found.forgotten, counted), (7, leads.len() - 7));
}

fn is_won_in_time(lead: &Lead) -> bool {
    let came = lead.summary.captured_at;
    let is_in_time = |won: Timestamp| won.since(came) <= CLOSED_AFTER_DAYS * DAY_MS;
    lead.summary.stage == Stage::Customer && lead.details.won_at.is_none_or(is_in_time)
}

/// The sample book, in the order of its ids.
fn sample_book(seed: u64, count: usize, model: &ScoringModel) -> Vec<Lead> {
    book_of(&Market::SAMPLE, seed, count, model)
}

fn book_of(market: &Market, seed: u64, count: usize, model: &ScoringModel) -> Vec<Lead> {
    let form: Form =
        serde_json::from_str(include_str!("../../../domain/data/demo_form.json")).unwrap();
    let mut random = Random::new(seed);
    let mut leads: Vec<_> =
        (0..count).map(|_| sample::lead(&mut random, &form, model, market, NOW)).collect();
    leads.sort_by_key(|lead| lead.summary.id);
    leads
}

fn read(leads: &[Lead]) -> WhatIf {
    let mut what_if = WhatIf::new(STANDARD_FACTS.map(str::to_owned).to_vec(), NOW);
    what_if.add(book(leads));
    what_if
}

#[test]
fn a_week_is_counted_by_what_each_lead_is_qualified_as() {
    let mut model = default_model().unwrap();
    model.qualification.marketing.never =
        vec![Condition::OneOf { fact: "role".into(), values: vec!["student".into()] }];
    let leads = sample_book(5, 8_000, &model);
    let week = read(&leads).try_model(&model).unwrap().week;
    let new = leads.iter().filter(|lead| {
        lead.summary.stage < Stage::SalesQualified
            && lead.details.rejection.is_none()
            && NOW.since(lead.summary.captured_at) < 7 * DAY_MS
    });
    let hot = |model: &ScoringModel| {
        let is_hot = |lead: &&Lead| {
            let cell = lead.score_at(model, NOW).cell;
            model.qualification.marketing.holds(&lead.signals(), cell, None, NOW).is_some()
        };
        u32::try_from(new.clone().filter(is_hot).count()).unwrap()
    };
    assert_eq!(week.hot, hot(&model));
    assert!(week.hot > 0 && week.hot < new.clone().count() as u32);
    assert_eq!(week.cells.iter().sum::<u32>() as usize, new.clone().count());
    assert_eq!(week.cut, model.thresholds.fit_a);
    assert!(week.by_cut.is_sorted_by(|one, other| one.1 >= other.1), "a higher cut calls no more");
    for (fit_a, count) in week.by_cut.into_iter().step_by(3) {
        let mut other = model.clone();
        other.thresholds.fit_a = fit_a;
        assert!(fit_a >= model.thresholds.fit_b);
        assert_eq!(count, hot(&other), "{fit_a}");
    }
}

#[test]
fn what_has_faded_since_it_was_scored_is_told() {
    let model = default_model().unwrap();
    let leads = sample_book(6, 2_000, &model);
    let mut what_if = read(&leads);
    what_if.set_base(&model).unwrap();
    assert_eq!(what_if.try_model(&model).unwrap().faded, 0, "the book was scored now");
    let later = Timestamp::from_ms(NOW.as_ms() + 40 * DAY_MS);
    let mut what_if = WhatIf::new(STANDARD_FACTS.map(str::to_owned).to_vec(), later);
    what_if.add(book(&leads));
    what_if.set_base(&model).unwrap();
    let tried = what_if.try_model(&model).unwrap();
    let moved =
        leads.iter().filter(|lead| lead.score_at(&model, later).cell != lead.details.score.cell);
    assert_eq!((tried.moved, tried.faded as usize), (0, moved.clone().count()));
    assert!(tried.faded > 100);
    // Whoever moves by the draft is none of the others.
    let bent = &models()[1];
    let others = moved.filter(|lead| {
        let cell = |model: &ScoringModel| lead.score_at(model, later).cell;
        cell(bent) == cell(&model)
    });
    let tried = what_if.try_model(bent).unwrap();
    assert_eq!(tried.faded as usize, others.count());
    // What is published next is stored in their cells of now.
    what_if.set_base(&model).unwrap();
    assert_eq!(what_if.try_model(&model).unwrap().faded, 0);
}

#[test]
fn what_was_learned_is_held_against_every_month() {
    let model = default_model().unwrap();
    let leads = sample_book(3, 12_000, &model);
    let mut what_if = read(&leads);
    assert!(what_if.look_back(&model).unwrap().months.is_empty(), "nothing was learned");
    let lesson = what_if.learn(Wishes::default()).unwrap();
    let mut learned = model.clone();
    learned.rules = lesson.lines.iter().filter_map(Line::rule).collect();
    learned.likelihood = Some(lesson.likelihood);
    let found = what_if.look_back(&learned).unwrap();
    assert!(found.months.len() > 6 && found.months.len() <= 12 && !found.is_off, "{found:?}");
    // Each month as each of its leads by itself.
    let last = found.months.last().unwrap();
    let of_month = leads.iter().filter(|lead| {
        let came = lead.summary.captured_at;
        month(came) == last.name && NOW.since(came) >= CLOSED_AFTER_DAYS * DAY_MS
    });
    let chances: Vec<f64> = of_month
        .map(|lead| {
            let came = lead.summary.captured_at;
            let asked = has_asked(&lead.details.observations, came);
            learned.chance(&lead.signals_at(came), asked).unwrap()
        })
        .collect();
    assert_eq!(last.seen.count, chances.len());
    let mean = chances.iter().sum::<f64>() / chances.len() as f64;
    assert!((last.expected - mean).abs() < 1e-9, "{last:?} {mean}");
    // And what the card had shown on leads that it had not seen is kept with it.
    let seen = lesson.likelihood.seen.iter().copied().fold(Outcomes::default(), Outcomes::and);
    assert_eq!(seen.leads as usize, lesson.measures.count);
    assert_eq!(lesson.likelihood.seen.len(), STEPS);

    // Where nobody is won any more, it says so.
    let mut worse = leads;
    for lead in &mut worse {
        if NOW.since(lead.summary.captured_at) < 200 * DAY_MS {
            lead.summary.stage = Stage::Lead;
        }
    }
    assert!(read(&worse).look_back(&learned).unwrap().is_off);
}

#[test]
fn a_rule_that_was_learned_holds_for_the_leads_it_was_learned_from() {
    let model = default_model().unwrap();
    let mut leads = sample_book(3, 12_000, &model);
    // People and files write the same in several ways.
    for (place, lead) in leads.iter_mut().enumerate() {
        let employees = ["7", "1,200", "1.200", "1200", "85.2", " 400 ", "399,9", "85"][place % 8];
        lead.details.answers.insert("employees".to_owned(), employees.to_owned());
        let floor = ["3", "3.0", "top", "2.1", "2,4", "2", "-0.5"][place % 7].to_owned();
        lead.details.answers.insert("city".to_owned(), floor);
        let revenue = ["100", "1 200", "90000", "0"][place % 4].to_owned();
        lead.details.answers.insert("annual_revenue".to_owned(), revenue);
        if let Some(role) = lead.details.answers.get_mut("role").filter(|_| place % 2 == 0) {
            role.make_ascii_uppercase();
        }
        lead.summary.stage = match place % 6 {
            1..=3 => Stage::Customer,
            _ if place % 3 == 0 => Stage::Customer,
            _ => lead.summary.stage,
        };
        lead.details.won_at = None;
    }
    let mut what_if = read(&leads);
    let lesson = what_if.learn(Wishes::default()).unwrap();
    let closed: Vec<_> =
        (0..).zip(&what_if.known).filter(|(_, known)| what_if.is_closed(known)).collect();
    let closed: Vec<usize> = closed.into_iter().map(|(place, _)| place).collect();
    for fact in ["employees", "city", "annual_revenue", "role"] {
        assert!(lesson.lines.iter().any(|line| line.fact == fact), "{fact}: {:?}", lesson.lines);
    }
    for line in &lesson.lines {
        let Some(rule) = line.rule() else { continue };
        let rule = Rule { points: 1, ..rule };
        let holds = what_if.sums_on_arrival(&[rule], FIT_RANGE).unwrap();
        let count = closed.iter().filter(|place| holds[**place] == 1).count();
        assert_eq!(count, line.seen.count, "{line:?}");
        // What is whole needs no exceptions.
        let is_simple = !matches!(line.when, Some(Condition::All(_)));
        assert!(line.fact != "annual_revenue" || is_simple, "{line:?}");
    }
    // The same of what is suggested: it holds for those that it was counted from.
    for (place, lead) in leads.iter_mut().enumerate() {
        lead.details.rejected_for = (place % 8 == 1).then_some(RejectReason::WrongSize);
        lead.details.rejection = None;
    }
    let mut what_if = read(&leads);
    let suggested = what_if.rejections().suggestions;
    let of_size = suggested.iter().find(|one| format!("{:?}", one.when).contains("employees"));
    let Suggestion { when, of_rejected, of_others, .. } = of_size.unwrap();
    let rule = Rule::private("own.1".into(), "Size".into(), 1, when.clone());
    let holds = what_if.sums(&[rule], FIT_RANGE).unwrap().into_iter().filter(|sum| *sum == 1);
    assert_eq!(holds.count(), of_rejected.won + of_others.won, "{when:?}");
}

#[test]
fn a_market_that_turns_is_told_and_a_steady_one_is_not() {
    let model = default_model().unwrap();
    let of = |market: &Market, seed| {
        read(&book_of(market, seed, 12_000, &model)).learn(Wishes::default()).unwrap()
    };
    // Some are won too late to count, in every month as many: that is no drift.
    for seed in 1..=2 {
        let lesson = of(&Market::STEADY, seed);
        assert_eq!(lesson.drift, [""; 0], "{seed}");
        assert!(!Month::are_off(&lesson.months) && !lesson.is_newest_advised, "{seed}");
        let upset = Market { turned_days: 150, turn: 400, moved_of_ten: 10 };
        let lesson = of(&upset, seed);
        let told = lesson.drift.join(" ");
        assert!(told.starts_with("Drift: of the newest 30 % of closed leads"), "{seed}: {told}");
        assert!(told.contains("The shares of source have shifted"), "{seed}: {told}");
        assert!(told.contains("one of the tenth before it alone"), "{seed}: {told}");
    }
}

#[test]
fn outcomes_teach_what_is_true_of_the_book() {
    let model = default_model().unwrap();
    let sample_of = |seed, count| read(&sample_book(seed, count, &model));
    let lesson = sample_of(3, 12_000).learn(Wishes::default()).unwrap();
    assert!(lesson.measures.is_better_than_chance() && lesson.measures.auc > 0.65);
    assert!(lesson.measures.calibration_error < 0.05, "{:?}", lesson.measures);
    let points = |fact: &str, value: &str| {
        let line = lesson.lines.iter().find(|line| line.fact == fact && line.value == value);
        line.map_or(0, |line| line.points)
    };
    assert!(points("role", "decision_maker") > points("role", "influencer"));
    assert!(points("role", "student") < points("role", "user"));
    assert!(
        points("asked to be contacted", "yes") > 0 || points("asked to be contacted", "no") < 0
    );
    assert!(points("country", "DE").abs() <= 4, "what means nothing has next to no points");
    // The card as rules is a model that holds together, and orders the book by itself.
    assert!(lesson.lines.iter().all(|line| line.when.is_some() || line.fact.starts_with("asked")));
    let rules: Vec<_> = lesson.lines.iter().filter_map(Line::rule).collect();
    assert!(rules.len() > 5);
    assert_eq!(ScoringModel { rules, ..model.clone() }.check(), Ok(()));
    assert!(lesson.cuts.0 > lesson.cuts.1);

    // The newest months are judged, in the order of time, and hold the newest 30 % together.
    let names: Vec<_> = lesson.months.iter().map(|month| month.name.as_str()).collect();
    assert!(names.len() > 1 && names.is_sorted(), "{names:?}");
    let counted = lesson.months.iter().map(|month| month.seen.count).sum::<usize>();
    assert_eq!((counted, lesson.is_of_newest), (lesson.measures.count, false));
    // What sales writes down of those who buy is left out unless somebody insists.
    let doubt = |lesson: &Lesson| {
        lesson.suspicions.iter().find(|doubt| doubt.field == "budget").cloned().unwrap()
    };
    let of_budget = |lesson: &Lesson| lesson.lines.iter().any(|line| line.fact == "budget");
    assert!(doubt(&lesson).is_left_out && !of_budget(&lesson));
    let insisted = Wishes { insisted: ["budget".to_owned()].into(), ..Wishes::default() };
    let insisted = sample_of(3, 12_000).learn(insisted).unwrap();
    assert!(!doubt(&insisted).is_left_out && of_budget(&insisted));
    assert!(
        doubt(&lesson).sentence.contains("was written down after the lead came"),
        "{:?}",
        doubt(&lesson)
    );

    let sentence = sample_of(4, 150).learn(Wishes::default()).unwrap_err().to_string();
    assert!(sentence.starts_with("not enough outcomes yet"), "{sentence}");
}
