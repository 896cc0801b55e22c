//! The score of any past instant is the one of then, whatever has become of the lead since: 100,000 seeded
//! lives.

use std::collections::BTreeMap;

use plumbline_domain::attribution::{Attribution, PageContext};
use plumbline_domain::email::{Assessment, SyntaxReason, Verdict};
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::{Findings, Lead, Submission};
use plumbline_domain::scoring::{Observation, ObservationKind, ScoringModel};
use plumbline_domain::time::{DAY_MS, Timestamp};
use plumbline_scorer::Random;
use plumbline_scorer::models::{self, NOW};

const LIVES: u64 = 100_000;
const FIELDS: [(&str, [&str; 3]); 4] = [
    ("role", ["user", "student", ""]),
    ("country", ["DE", "SE", ""]),
    ("employees", ["12", "400", ""]),
    ("email", ["ada@acme.co", "ada@home.example", ""]),
];

fn assessment(random: &mut Random, at: Timestamp) -> Assessment {
    let verdict = *random.pick(&[Verdict::Deliverable, Verdict::Risky, Verdict::Undeliverable]);
    Assessment { verdict, ..Assessment::of_bad_syntax(SyntaxReason::Empty, at) }
}

fn made(random: &mut Random, model: &ScoringModel, at: Timestamp) -> Lead {
    let (answers, _) = models::lead(random);
    let attribution = Attribution::of(&PageContext::default());
    let submission =
        Submission { answers, email: None, phone: None, attribution, client_score: None };
    let findings = Findings { assessment: assessment(random, at), phone: None };
    Lead::import(LeadId::new(at, random.id_bytes()), submission, findings, model, at)
}

/// Lets something happen to a lead, as it does in a book.
fn live(random: &mut Random, lead: &mut Lead, model: &ScoringModel, now: Timestamp) {
    match random.below(5) {
        0 | 1 => {
            let (field, values) = random.pick(&FIELDS);
            let text = (*random.pick(values)).to_owned();
            drop(lead.answer(&BTreeMap::from([((*field).to_owned(), text)]), model, now));
        }
        2 => {
            let kind = *random.pick(&[
                ObservationKind::GuideRead,
                ObservationKind::Replied,
                ObservationKind::CareersViewed,
            ]);
            lead.details.observations.push(Observation { kind, at: now });
            drop(lead.follow(model, now));
        }
        3 => {
            let other = made(random, model, now);
            drop(lead.absorb(&other, model, now));
        }
        _ => drop(lead.recheck(assessment(random, now), model, now)),
    }
}

#[test]
fn a_lead_is_scored_for_any_time_as_it_was_then() {
    for seed in 0..LIVES {
        let mut random = Random::new(seed);
        let mut model = models::model(&mut random);
        // Bands that random points cross, so that cells stay and change.
        (model.thresholds.fit_a, model.thresholds.fit_b) = (20, 0);
        (model.thresholds.engagement_1, model.thresholds.engagement_2) = (20, 5);
        let mut now = Timestamp::from_ms(NOW.as_ms() - 200 * DAY_MS);
        let mut lead = made(&mut random, &model, now);
        let mut then = Vec::new();
        for _ in 0..6 {
            then.push((now, lead.score_at(&model, now)));
            now = Timestamp::from_ms(now.as_ms() + 1 + random.below(20 * DAY_MS));
            // Nothing happens to it for a while, and its engagement fades.
            then.push((now, lead.score_at(&model, now)));
            now = Timestamp::from_ms(now.as_ms() + 1 + random.below(DAY_MS));
            live(&mut random, &mut lead, &model, now);
        }
        for (at, score) in then {
            assert!(lead.is_known_at(at));
            assert_eq!(lead.score_at(&model, at), score, "seed {seed}, {at}");
        }
        let stored = lead.details.score.clone();
        assert_eq!(lead.score_at(&model, stored.scored_at), stored, "seed {seed}");
    }
}
