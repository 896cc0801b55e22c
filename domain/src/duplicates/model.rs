//! What agreement in each field is worth, learned from the book.

use std::collections::HashMap;

use super::person::{Agreement, Field, Person, compare, compare_all};

const FIELDS: usize = Field::ALL.len();
const LEVELS: usize = Agreement::ALL.len();

/// Probability from which merging two records is offered (VALIDATION §6).
pub const MERGE_OFFERED_FROM: f64 = 0.95;
/// Probability from which two records are shown for review.
pub const REVIEW_FROM: f64 = 0.5;

/// How often true matches agree on each level, before the book has said anything: most values are
/// the same, some hold a slip, few are different.
const TRUE_AGREEMENT: Levels = [0.08, 0.05, 0.15, 0.72];
/// How often strangers do.
const CHANCE_AGREEMENT: Levels = [0.94, 0.04, 0.01, 0.01];
/// The weight of either opinion, in pairs.
const OPINION_PAIRS: f64 = 50.0;
/// How many pairs of strangers are looked at.
const STRANGERS: usize = 100_000;
/// How many pairs the model learns from; more of the same teach nothing.
const LESSONS_MAX: usize = 100_000;
/// Rounds of expectation and maximization. Each settles more than half of what is left.
const ROUNDS: usize = 15;

/// How often two strangers have the same address or number, however small the book: a family, a
/// typing slip, a number that was given out again.
const SHARED_BY_CHANCE: f64 = 1e-5;

type Levels = [f64; LEVELS];
/// What each field adds in bits, at which agreement; `None` where one of the two is not known.
type Weighed = [Option<(Agreement, f64)>; FIELDS];

/// A pair with what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The places of the two records.
    pub pair: (u32, u32),
    /// The probability that they are one person, 0 to 1.
    pub probability: f64,
    /// What each field that both have adds, in bits, the weightiest first.
    pub reasons: Vec<(Field, Agreement, f64)>,
}

/// What agreement is worth in one book.
#[derive(Clone, Debug)]
pub struct LinkageModel {
    matches: [Levels; FIELDS],
    strangers: [Levels; FIELDS],
    /// How common each value of each field is, 0 to 1.
    shares: Vec<HashMap<String, f64>>,
    /// The share of all pairs that are matches.
    prior: f64,
}

/// One pair to learn from: the agreement of each field, and how common a value is that both have.
struct Lesson {
    compared: [Option<Agreement>; FIELDS],
    chance_of_same: [f64; FIELDS],
}

impl LinkageModel {
    /// Learns from a book and the pairs of it that could be matches.
    #[must_use]
    pub fn learn(people: &[Person], pairs: &[(u32, u32)]) -> Self {
        let mut model = Self {
            matches: [TRUE_AGREEMENT; FIELDS],
            strangers: strangers(people),
            shares: shares(people),
            prior: 1.0 / people.len().max(2) as f64,
        };
        let step = pairs.len().div_ceil(LESSONS_MAX).max(1);
        let chosen = pairs.iter().step_by(step);
        let lessons: Vec<Lesson> = chosen.filter_map(|pair| model.lesson(people, *pair)).collect();
        let all_pairs = people.len() as f64 * (people.len() as f64 - 1.0) / 2.0;
        for _ in 0..ROUNDS {
            let mut counts = [TRUE_AGREEMENT.map(|share| share * OPINION_PAIRS); FIELDS];
            let mut expected = 0.0;
            for lesson in &lessons {
                let probability = model.probability(&model.weighed(lesson));
                expected += probability;
                for (counts, agreement) in counts.iter_mut().zip(lesson.compared) {
                    if let Some(count) = agreement.and_then(|a| counts.get_mut(a.index())) {
                        *count += probability;
                    }
                }
            }
            model.matches = counts.map(shares_of);
            model.prior = (expected * step as f64 / all_pairs.max(1.0)).clamp(1e-9, 0.5);
        }
        model
    }

    /// Returns the pairs that are worth showing, likeliest first.
    #[must_use]
    pub fn matches(&self, people: &[Person], pairs: &[(u32, u32)]) -> Vec<Match> {
        let mut found: Vec<Match> = pairs
            .iter()
            .filter_map(|pair| {
                let weighed = self.weighed(&self.lesson(people, *pair)?);
                let probability = self.probability(&weighed);
                (probability >= REVIEW_FROM).then(|| matched(*pair, probability, &weighed))
            })
            .collect();
        found.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.pair.cmp(&b.pair)));
        found
    }

    fn lesson(&self, people: &[Person], (one, other): (u32, u32)) -> Option<Lesson> {
        let (one, other) = (people.get(one as usize)?, people.get(other as usize)?);
        let compared = compare_all(one, other);
        let chance_of_same = Field::ALL.map(|field| {
            // Only a value that both have is looked up; there are many pairs and few of those.
            if compared.get(field as usize) != Some(&Some(Agreement::Same)) {
                return 1.0;
            }
            let share = self.shares.get(field as usize).and_then(|s| s.get(one.get(field)));
            let share = share.copied().unwrap_or(1.0);
            if field.is_ones_own() { share.min(SHARED_BY_CHANCE) } else { share }
        });
        Some(Lesson { compared, chance_of_same })
    }

    fn weighed(&self, lesson: &Lesson) -> Weighed {
        let mut weighed = [None; FIELDS];
        let fields = lesson.compared.iter().zip(lesson.chance_of_same);
        let levels = self.matches.iter().zip(&self.strangers);
        for ((place, (agreement, chance_of_same)), (matches, strangers)) in
            weighed.iter_mut().zip(fields).zip(levels)
        {
            let Some(agreement) = *agreement else { continue };
            let of = |levels: &Levels| levels.get(agreement.index()).copied().unwrap_or(1.0);
            // Two strangers share a rare value more rarely than a common one.
            let chance = if agreement == Agreement::Same { chance_of_same } else { of(strangers) };
            *place = Some((agreement, (of(matches) / chance).log2()));
        }
        weighed
    }

    fn probability(&self, weighed: &Weighed) -> f64 {
        let bits: f64 = weighed.iter().flatten().map(|(_, bits)| bits).sum();
        let odds = self.prior / (1.0 - self.prior) * bits.exp2();
        odds / (1.0 + odds)
    }
}

fn matched(pair: (u32, u32), probability: f64, weighed: &Weighed) -> Match {
    let fields = Field::ALL.into_iter().zip(weighed);
    let mut reasons: Vec<_> =
        fields.filter_map(|(field, weighed)| weighed.map(|(a, bits)| (field, a, bits))).collect();
    reasons.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    Match { pair, probability, reasons }
}

fn shares_of(counts: Levels) -> Levels {
    let sum: f64 = counts.iter().sum();
    counts.map(|count| count / sum)
}

/// Compares records that stand far apart in the book, which are hardly ever one person.
fn strangers(people: &[Person]) -> [Levels; FIELDS] {
    let mut counts = [CHANCE_AGREEMENT.map(|share| share * OPINION_PAIRS); FIELDS];
    let count = people.len();
    // Steps without a common divisor with the count visit every record before they repeat.
    let mut other = 0;
    for round in 0..STRANGERS.min(count.saturating_mul(count) / 2) {
        other = (other + 7_919 + round / count.max(1)) % count;
        let (Some(one), Some(other)) = (people.get(round % count), people.get(other)) else {
            break;
        };
        for (field, counts) in Field::ALL.into_iter().zip(&mut counts) {
            let agreement = compare(field, one.get(field), other.get(field));
            if let Some(count) = agreement.and_then(|a| counts.get_mut(a.index())) {
                *count += 1.0;
            }
        }
    }
    counts.map(shares_of)
}

fn shares(people: &[Person]) -> Vec<HashMap<String, f64>> {
    let shares_of = |field: Field| {
        let mut counts: HashMap<String, f64> = HashMap::new();
        let known = people.iter().map(|person| person.get(field)).filter(|v| !v.is_empty());
        for value in known {
            *counts.entry(value.to_owned()).or_default() += 1.0;
        }
        let sum: f64 = counts.values().sum();
        // One of the two who share it is not counted, and a small book says little of how common a value is.
        let [.., same] = CHANCE_AGREEMENT;
        let of_opinion =
            |count: f64| (count - 1.0 + same * OPINION_PAIRS) / (sum - 1.0 + OPINION_PAIRS);
        counts.values_mut().for_each(|count| *count = of_opinion(*count));
        counts
    };
    Field::ALL.into_iter().map(shares_of).collect()
}
