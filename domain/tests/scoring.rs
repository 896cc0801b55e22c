//! The default model on worked cases, and what must hold for every score.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use plumbline_domain::email::{Assessment, DomainClass, Mailbox, Verdict};
use plumbline_domain::scoring::{
    Cell, Dimension, LookedUp, Observation, ObservationKind, PublicRules, ScoringModel, Signals,
    pairs, score_lead,
};
use plumbline_domain::time::{DAY_MS, Timestamp};
use proptest::prelude::*;

fn model() -> ScoringModel {
    let model: ScoringModel =
        serde_json::from_str(include_str!("../data/default_model.json")).unwrap();
    model.check().unwrap();
    model
}

fn assessment(verdict: Verdict, domain_class: DomainClass) -> Assessment {
    Assessment {
        verdict,
        reasons: vec![],
        domain_class,
        provider: None,
        mailbox: Mailbox::Unverified,
        suggestion: None,
        evidence: vec![],
        checked_at: Timestamp::default(),
        resolver_ms: 0,
    }
}

fn answers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

fn seen(kind: ObservationKind, days_ago: i64) -> Observation {
    Observation { kind, at: Timestamp::from_ms(NOW.as_ms() - days_ago * DAY_MS) }
}

fn check(
    pairs: &[(&str, &str)],
    verdict: Verdict,
    seen: &[Observation],
    fit: i32,
    engagement: i32,
    cell: Cell,
) {
    let signals = Signals::of(
        &answers(pairs),
        LookedUp::of(&assessment(verdict, DomainClass::Business), None),
        seen,
    );
    let score = score_lead(&signals, &model(), NOW);
    assert_eq!(
        (score.fit, score.engagement, score.cell),
        (fit, engagement, cell),
        "{:?}",
        score.reasons
    );
}

#[test]
fn worked_cases() {
    use ObservationKind as O;
    let best = [
        ("email", "a@b.co"),
        ("role", "decision_maker"),
        ("company_size", "51-200"),
        ("country", "DE"),
        ("phone", "+49 30 901820"),
        ("timing", "now"),
    ];
    check(&best, Verdict::Deliverable, &[seen(O::HandRaised, 0)], 85, 50, Cell::A1);
    check(&best, Verdict::Deliverable, &[seen(O::HandRaised, 30)], 85, 25, Cell::A2);
    check(&best, Verdict::Deliverable, &[], 85, 0, Cell::A3);
    check(&best, Verdict::Undeliverable, &[seen(O::HandRaised, 0)], -50, 50, Cell::C1);
    check(&[("email", "a@b.co"), ("role", "student")], Verdict::Unknown, &[], -20, 0, Cell::C3);
    let web = [
        seen(O::PricingViewed, 0),
        seen(O::PricingViewed, 0),
        seen(O::PricingViewed, 0),
        seen(O::GuideRead, 0),
        seen(O::GuideRead, 0),
        seen(O::GuideRead, 0),
    ];
    check(&[], Verdict::Unknown, &web, 0, 40, Cell::C2);
    check(&[], Verdict::Unknown, &[seen(O::Complained, 900)], 0, 0, Cell::C3);
    check(&[], Verdict::Unknown, &[seen(O::HandRaised, -1)], 0, 0, Cell::C3);
}

#[test]
fn private_rules_stay_behind() {
    let public = PublicRules::of(&model());
    let text = public.text();
    assert!(text.split(';').count() > 5);
    assert_eq!(PublicRules::read(&text), public);
    // Whatever a page has made of its markup, the widget goes on.
    let mangled = PublicRules::read("9,-5,o:form_submitted;9,-2147483648,o:hand_raised;x;1,2,z:");
    assert_eq!(mangled.score(&Signals::of_answers(Vec::new(), true, NOW)), (0, 14));
    for known in [
        &[("role", "student"), ("phone", "1")][..],
        &[("company_size", "51-200"), ("timing", "now")],
    ] {
        let signals = Signals::of_answers(pairs(&answers(known)), true, NOW);
        // Nothing here has an age, a cap that is reached or a private rule.
        let whole = score_lead(&signals, &model(), NOW);
        assert_eq!(public.score(&signals), (whole.fit, whole.engagement));
        assert!(whole.fit != 0);
    }
    for private in ["email.", "country.", "industry", "budget", "complain", "private"] {
        assert!(!text.contains(private), "{private}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn reasons_add_up_and_only_good_news_raises(
        kinds in prop::collection::vec((0..15_usize, -3..400_i64), 0..25),
        role in prop::sample::select(vec!["decision_maker", "influencer", "user", "student", "other"]),
        size in prop::sample::select(vec!["1-10", "11-50", "51-200", "1000+", ""]),
        verdict in prop::sample::select(vec![Verdict::Deliverable, Verdict::Risky, Verdict::Undeliverable, Verdict::Unknown]),
        class in prop::sample::select(vec![DomainClass::Business, DomainClass::Free, DomainClass::Disposable]),
    ) {
        let observations: Vec<_> = kinds.iter().map(|(kind, days)| seen(ObservationKind::ALL[*kind], *days)).collect();
        let answers = answers(&[("email", "a@b.co"), ("role", role), ("company_size", size)]);
        let signals = Signals::of(&answers, LookedUp::of(&assessment(verdict, class), None), &observations);
        let score = score_lead(&signals, &model(), NOW);
        let sum = |wanted| score.reasons.iter().filter(|r| r.dimension == wanted).map(|r| r.points).sum::<i32>();
        prop_assert_eq!(sum(Dimension::Fit), score.fit);
        prop_assert_eq!(sum(Dimension::Engagement), score.engagement);
        prop_assert!((-50..=100).contains(&score.fit) && (0..=100).contains(&score.engagement));
        // One more good event never lowers the score; the same past instant gives the same score.
        let mut more = observations.clone();
        more.push(seen(ObservationKind::Replied, 1));
        let better = score_lead(&Signals::of(&answers, LookedUp::of(&assessment(verdict, class), None), &more), &model(), NOW);
        prop_assert!(better.engagement >= score.engagement);
        prop_assert_eq!(score_lead(&signals, &model(), NOW), score);
    }
}
