//! Books whose truth is known: what is learned, what is doubted and what is refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use plumbline_learner::{
    Bin, CannotLearn, Dataset, DatasetBuilder, Learned, Options, Order, Reason, Window, known_cell,
    learn, parse_outcome, probability,
};

/// Uniform numbers from 0 to 1 from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let place = (self.unit() * from.len() as f64) as usize;
        from.get(place).copied().unwrap_or_default()
    }
}

const ROLES: [&str; 4] = ["decider", "adviser", "user", "student"];
const SOURCES: [&str; 3] = ["search", "referral", "fair"];

/// What a lead of the book is, and the true logarithm of its odds.
struct Case {
    role: &'static str,
    source: &'static str,
    size: f64,
    odds: f64,
}

fn case(random: &mut Random) -> Case {
    let (role, source) = (random.pick(&ROLES), random.pick(&SOURCES));
    let size = (random.unit() * 500.0).round();
    let of_role = match role {
        "decider" => 1.2,
        "student" => -1.8,
        _ => 0.0,
    };
    let of_source = if source == "referral" { 1.0 } else { -0.3 };
    Case { role, source, size, odds: of_role + of_source + size / 250.0 - 1.5 }
}

fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// A book of so many leads; `more` is one field beside the others, made from the outcome.
fn book(
    seed: u64,
    count: usize,
    name: &str,
    more: impl Fn(&mut Random, usize, bool) -> String,
    outcome: impl Fn(&mut Random, usize, &Case) -> bool,
) -> Dataset {
    let mut random = Random(seed);
    let mut builder =
        DatasetBuilder::new(["Lead Source", "role", "employees", name].map(str::to_owned).to_vec());
    for row in 0..count {
        let case = case(&mut random);
        let is_won = outcome(&mut random, row, &case);
        let more = more(&mut random, row, is_won);
        builder.push(is_won, [case.source, case.role, &case.size.to_string(), &more]);
    }
    builder.finish()
}

fn honest(random: &mut Random, _: usize, case: &Case) -> bool {
    random.unit() < chance(case.odds)
}

fn plain(seed: u64, count: usize) -> Dataset {
    book(seed, count, "city", |random, _, _| random.pick(&["Leeds", "York"]).to_owned(), honest)
}

fn options(order: Order) -> Options {
    Options {
        order,
        window: Window::Advised,
        excluded: Vec::new(),
        insisted: Vec::new(),
        written_later: Vec::new(),
    }
}

fn learned(dataset: &Dataset, order: Order) -> Learned {
    learn(dataset, &options(order)).unwrap()
}

#[test]
fn learns_what_is_true_and_knows_how_well() {
    let dataset = plain(1, 6_000);
    for order in [Order::Time, Order::Random] {
        let learned = learned(&dataset, order);
        assert_eq!(learned.suspicions, []);
        let evaluation = &learned.evaluation;
        assert!(evaluation.auc > 0.74 && evaluation.auc < 0.82, "{}", evaluation.auc);
        assert!(evaluation.calibration_error < 0.03, "{}", evaluation.calibration_error);
        assert!(evaluation.is_better_than_chance() && evaluation.is_better_than_base_rate());
        assert!(learned.drift.is_none_or(|drift| !drift.is_alarm && drift.shifts.is_empty()));
        let points = |field: &str, value: &str| {
            let field = learned.card.fields.iter().find(|one| one.name == field).unwrap();
            let bin = Bin::Value(value.to_owned());
            field.bins.iter().find(|one| one.bin == bin).unwrap().points
        };
        // Ten points double the odds: a decider is e to the 3.0 above a student, that is 43 points.
        let apart = points("role", "decider") - points("role", "student");
        assert!((36..=50).contains(&apart), "{apart}");
        let apart = points("Lead Source", "referral") - points("Lead Source", "fair");
        assert!((13..=25).contains(&apart), "{apart}");
        assert!(points("city", "Leeds").abs() <= 3 && points("city", "York").abs() <= 3);
    }
}

#[test]
fn a_sum_is_a_probability() {
    assert_eq!(probability(0), 0.5);
    assert!((probability(10) - 2.0 / 3.0).abs() < 1e-12);
    let dataset = plain(2, 400);
    let card = learned(&dataset, Order::Time).card;
    for row in 0..dataset.count() {
        let points = card.points(&dataset, row);
        assert!((0.0..=1.0).contains(&probability(points)));
        assert!(probability(points) < probability(points + 1));
    }
    let counted = |field: usize| card.fields[field].bins.iter().map(|bin| bin.count).sum::<usize>();
    assert!((0..card.fields.len()).all(|field| counted(field) == 400), "every lead is in one bin");
}

#[test]
fn on_shuffled_outcomes_it_is_no_better_than_chance() {
    let by_chance = |random: &mut Random, _: usize, _: &Case| random.unit() < 0.4;
    let city = |random: &mut Random, _: usize, _: bool| random.pick(&["Leeds", "York"]).to_owned();
    for order in [Order::Random, Order::Time] {
        let said = (0..100).filter(|seed| {
            let dataset = book(1_000 + seed, 400, "city", city, by_chance);
            !learned(&dataset, order).own_evaluation().is_better_than_chance()
        });
        let said = said.count();
        assert!(said >= 95, "{order:?}: {said} of 100");
    }
}

#[test]
fn too_few_outcomes_are_told() {
    let said = learn(&plain(3, 14), &options(Order::Time)).unwrap_err().to_string();
    assert!(said.starts_with("not enough outcomes yet: 14 of 100 closed leads"), "{said}");
    let rarely = |random: &mut Random, _: usize, _: &Case| random.unit() < 0.05;
    let few = book(4, 200, "city", |_, _, _| "York".to_owned(), rarely);
    assert!(learn(&few, &options(Order::Time)).is_err());

    // In the order of outcomes the older ones say nothing; in any order they do.
    let sorted = |_: &mut Random, row: usize, _: &Case| row < 250;
    let sorted = book(13, 300, "city", |_, _, _| "York".to_owned(), sorted);
    let said = learn(&sorted, &options(Order::Time)).unwrap_err();
    assert_eq!(said, CannotLearn::AllAlike { total: 300 });
    assert!(said.to_string().contains("in the order of their outcomes?"));
    assert!(learn(&sorted, &options(Order::Random)).is_ok());
}

#[test]
fn with_no_field_left_every_lead_has_the_same_chance() {
    let excluded = ["Lead Source", "role", "employees", "city"].map(str::to_owned).to_vec();
    let nothing = learn(&plain(14, 600), &Options { excluded, ..options(Order::Time) }).unwrap();
    assert!(nothing.card.fields.is_empty() && !nothing.evaluation.is_better_than_chance());
    let rate = nothing.won as f64 / 600.0;
    assert!((probability(nothing.card.start) - rate).abs() < 0.03);
}

#[test]
fn what_is_known_afterwards_is_left_out_unless_somebody_insists() {
    let note = |random: &mut Random, _: usize, is_won: bool| {
        let is_told = random.unit() < 0.9;
        (if is_told == is_won { "keen" } else { "cold" }).to_owned()
    };
    let dataset = book(5, 3_000, "remark", note, honest);
    let without = learned(&dataset, Order::Time);
    let [suspicion] = without.suspicions.as_slice() else { panic!("{:?}", without.suspicions) };
    assert!(suspicion.is_left_out && suspicion.field == "remark");
    assert!(matches!(suspicion.reason, Reason::TooGood(alone, others) if alone > others));
    assert!(without.evaluation.auc < 0.84, "{}", without.evaluation.auc);
    let insisted = vec!["remark".to_owned()];
    let with = learn(&dataset, &Options { insisted, ..options(Order::Time) }).unwrap();
    assert!(with.evaluation.auc > 0.9 && !with.suspicions[0].is_left_out);

    // Filled for most that were won, and rarely otherwise.
    let filled = |random: &mut Random, _: usize, is_won: bool| {
        let is_filled = random.unit() < if is_won { 0.6 } else { 0.1 };
        (if is_filled { "yes" } else { "" }).to_owned()
    };
    let dataset = book(6, 3_000, "budget confirmed", filled, honest);
    let suspicions = learned(&dataset, Order::Time).suspicions;
    assert!(matches!(suspicions[0].reason, Reason::FilledByOutcome { .. }), "{suspicions:?}");
    assert!(suspicions[0].is_left_out && suspicions.len() == 1);

    // Nothing in the values tells; that they were written down later does.
    let written_later = vec![("city".to_owned(), 0.4)];
    let later = learn(&plain(12, 500), &Options { written_later, ..options(Order::Time) }).unwrap();
    let [suspicion] = later.suspicions.as_slice() else { panic!("{:?}", later.suspicions) };
    assert!(suspicion.is_left_out && suspicion.reason == Reason::WrittenLater(0.4));
    assert!(later.card.fields.iter().all(|field| field.name != "city"));

    let number = |_: &mut Random, row: usize, _: bool| (10_000 - row).to_string();
    let suspicions = learned(&book(7, 500, "Lead Number", number, honest), Order::Time).suspicions;
    assert_eq!((&suspicions[0].reason, suspicions.len()), (&Reason::Identifies, 1));
    // A file may hold a lead twice, and a number of something counts no leads.
    let twice = |_: &mut Random, row: usize, _: bool| (10_000 - row.max(1)).to_string();
    let suspicions = learned(&book(7, 500, "Lead Number", twice, honest), Order::Time).suspicions;
    assert_eq!(suspicions[0].reason, Reason::Identifies);
    let size = |random: &mut Random, row: usize, _: bool| {
        ((random.unit() * 1e6) as usize * 1_000 + row).to_string()
    };
    let size = book(7, 500, "Number of employees", size, honest);
    assert_eq!(learned(&size, Order::Time).suspicions, []);
}

/// Two that say the same are no excuse for each other.
#[test]
fn leaks_that_stand_beside_each_other_are_both_left_out() {
    let mut random = Random(15);
    let mut builder =
        DatasetBuilder::new(["role", "Stage", "Result code"].map(str::to_owned).to_vec());
    for _ in 0..1_000 {
        let case = case(&mut random);
        let is_won = random.unit() < chance(case.odds);
        let leak = if is_won { "closed" } else { "open" };
        builder.push(is_won, [case.role, leak, leak]);
    }
    let learned = learned(&builder.finish(), Order::Time);
    let left_out: Vec<_> = learned.suspicions.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(left_out.len(), 2, "{:?}", learned.suspicions);
    assert!(left_out.contains(&"Stage") && left_out.contains(&"Result code"));
    assert!(learned.evaluation.auc < 0.8, "{}", learned.evaluation.auc);
}

#[test]
fn a_file_with_its_newest_leads_first_is_recognised() {
    let number = |_: &mut Random, row: usize, _: bool| (90_000 - 3 * row).to_string();
    assert_eq!(book(16, 300, "Lead Number", number, honest).falling(), Some("Lead Number"));
    let date = |_: &mut Random, row: usize, _: bool| {
        format!("2026-{:02}-01T{:03}", 12 - row / 30, 999 - row)
    };
    assert_eq!(book(16, 300, "created", date, honest).falling(), Some("created"));
    assert_eq!(plain(16, 300).falling(), None);
}

#[test]
fn nobody_has_to_follow_the_advice_to_learn_from_the_newest() {
    let turned = |random: &mut Random, row: usize, case: &Case| {
        random.unit() < chance(case.odds + if row > 4_200 { 2.0 } else { 0.0 })
    };
    let dataset = book(8, 6_000, "city", |_, _, _| "York".to_owned(), turned);
    let all = learn(&dataset, &Options { window: Window::All, ..options(Order::Time) }).unwrap();
    assert!(all.drift.is_some_and(|drift| drift.is_newest_better()));
    assert_eq!(all.window, 0..6_000);
}

#[test]
fn drift_is_told_and_the_newest_leads_are_learned_from() {
    // After two thirds of the time referrals are worth nothing any more, and more leads are won.
    let turned = |random: &mut Random, row: usize, case: &Case| {
        let of_source = if row > 4_200 && case.source == "referral" { -1.3 } else { 0.0 };
        let of_time = if row > 4_200 { 1.5 } else { 0.0 };
        random.unit() < chance(case.odds + of_source + of_time)
    };
    let city = |random: &mut Random, row: usize, _: bool| {
        random.pick(if row > 4_200 { &["Hull"] } else { &["Leeds", "York"] }).to_owned()
    };
    let learned = learned(&book(8, 6_000, "city", city, turned), Order::Time);
    let drift = learned.drift.unwrap();
    assert!(drift.is_alarm && drift.observed > drift.expected + 0.1);
    assert_eq!(drift.shifts.iter().map(|shift| shift.field.as_str()).collect::<Vec<_>>(), ["city"]);
    assert!(drift.is_newest_better());
    let (old, new) = drift.comparison.unwrap();
    assert!(new.calibration_error < old.calibration_error / 2.0);
    assert_eq!(learned.window, 5_400..6_000);
}

/// The book of [`plain`], 200 leads a month, with a turn in the odds of each month.
fn by_month(seed: u64, count: usize, turn: impl Fn(usize) -> f64) -> Dataset {
    let mut random = Random(seed);
    let mut builder = DatasetBuilder::new(["source", "role"].map(str::to_owned).to_vec());
    for row in 0..count {
        let (case, month) = (case(&mut random), row / 200);
        builder.set_month(&format!("month {month}"));
        let is_won = random.unit() < chance(case.odds + turn(month));
        builder.push(is_won, [case.source, case.role]);
    }
    builder.finish()
}

#[test]
fn calibration_is_told_by_month() {
    let drift = learned(&by_month(9, 4_000, |_| 0.0), Order::Time).drift.unwrap();
    let names: Vec<_> = drift.months.iter().map(|month| month.name.as_str()).collect();
    assert_eq!(names, ["month 14", "month 15", "month 16", "month 17", "month 18", "month 19"]);
    assert!(drift.months.iter().all(|month| month.seen.count == 200 && !month.is_off));
    let counted = |each: &dyn Fn(&plumbline_learner::Month) -> f64| {
        drift.months.iter().map(each).sum::<f64>() / 1_200.0
    };
    assert!((counted(&|month| month.seen.won as f64) - drift.observed).abs() < 1e-9);
    assert!((counted(&|month| month.expected * 200.0) - drift.expected).abs() < 1e-9);

    // The year as a whole is what was expected, and no month of it is.
    let waves = by_month(10, 4_000, |month| match month {
        0..14 => 0.0,
        _ if month % 2 == 0 => 1.2,
        _ => -1.4,
    });
    let drift = learned(&waves, Order::Time).drift.unwrap();
    assert!((drift.observed - drift.expected).abs() < 0.2 * drift.expected);
    assert!(drift.is_alarm && drift.months.iter().all(|month| month.is_off), "{drift:?}");

    // Months of too few leads have no rate and raise nothing, and neither does chance.
    let few = by_month(11, 210, |_| 0.0);
    let few = learned(&few, Order::Time).drift.unwrap().months;
    assert!(
        few.iter()
            .any(|month| month.seen.count < 20 && month.seen.interval().is_none() && !month.is_off)
    );
    let alarms = (0..100).filter(|seed| {
        let dataset = by_month(2_000 + seed, 1_400, |_| 0.0);
        learned(&dataset, Order::Time).drift.unwrap().is_alarm
    });
    let alarms = alarms.count();
    assert!(alarms <= 2, "{alarms} of 100");
}

#[test]
fn outcomes_are_read_in_the_words_of_other_systems() {
    for (text, outcome) in [
        ("yes", Some(true)),
        (" Closed Won ", Some(true)),
        ("0.0", Some(false)),
        ("open", None),
        ("", None),
    ] {
        assert_eq!(parse_outcome(text), outcome, "{text}");
    }
    for (cell, known) in
        [(" N/A ", ""), ("Select", ""), ("no", "no"), ("None so far", "None so far")]
    {
        assert_eq!(known_cell(cell), known, "{cell}");
    }
}
