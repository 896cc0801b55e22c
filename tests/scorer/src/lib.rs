//! Random cases from a seed, and the one number that their scores fold into.
//!
//! The same crate is run natively, in Chromium and in workerd; all three have to name the number
//! that stands in `fingerprint.txt`.

mod columns;
pub mod models;
mod random;
pub mod sample;

use std::hint::black_box;

use plumbline_domain::email::{Assessment, DomainClass, EmailAddress, Mailbox, Verdict};
use plumbline_domain::scoring::{
    Cell, LookedUp, Observation, ObservationKind, PublicRules, ScoringModel, Signals,
    missing_signals, score_lead,
};
use plumbline_domain::text::AsciiOnly;
use plumbline_domain::time::{DAY_MS, Timestamp};
use wasm_bindgen::prelude::wasm_bindgen;

pub use random::Random;

/// The default model, as every deployment starts with it.
///
/// # Errors
/// Never in a build that passed its tests.
pub fn default_model() -> Result<ScoringModel, serde_json::Error> {
    serde_json::from_str(include_str!("../../../domain/data/default_model.json"))
}

/// How many cases share a random model.
const CASES_PER_MODEL: u32 = 20;
/// After so many cases a book is scored by columns.
const CASES_PER_BOOK: u32 = 500;

/// Scores `count` random cases of `seed`, half of them by random models, and folds everything that is said
/// of them into one number: sums, cells, reasons, what is missing, what a form makes of them, and whole books by
/// columns.
#[wasm_bindgen]
#[must_use]
pub fn fingerprint(seed: u32, count: u32) -> String {
    let Ok(plain) = default_model() else { return String::new() };
    let Ok(whole) = serde_json::from_str(include_str!("../whole_language.json")) else {
        return String::new();
    };
    let mut models: [ScoringModel; 3] = [plain.clone(), whole, plain];
    let mut public = models.each_ref().map(PublicRules::of);
    let mut random = Random::new(u64::from(seed));
    let mut hash = Hash::new();
    for case in 0..count {
        if case.is_multiple_of(CASES_PER_MODEL) {
            models[2] = models::model(&mut random);
            public[2] = PublicRules::of(&models[2]);
        }
        if case.is_multiple_of(CASES_PER_BOOK) {
            for score in columns::scores(&mut random) {
                hash.fold(&score.to_le_bytes());
            }
        }
        let now = Timestamp::from_ms(models::NOW.as_ms() + random.below(1_000_000_000));
        let (place, signals) = match case % 4 {
            0 => (0, self::case(&mut random, now)),
            1 => (1, self::case(&mut random, now)),
            _ => (2, models::signals(&models::lead(&mut random))),
        };
        let (Some(model), Some(public)) = (models.get(place), public.get(place)) else { continue };
        let (fit, engagement) = public.score(&signals);
        hash.fold(&fit.to_le_bytes());
        hash.fold(&engagement.to_le_bytes());
        let score = score_lead(&signals, model, now);
        let before = *random.pick(&Cell::ALL);
        let after = before.after(score.fit, score.engagement, &model.thresholds);
        hash.fold_text(&format!("{} {} {:?} {after:?}", score.fit, score.engagement, score.cell));
        for reason in &score.reasons {
            let (age, times) = (reason.age_ms, reason.times);
            hash.fold_text(&format!("{} {} {age:?} {times:?}", reason.rule, reason.points));
        }
        for missing in missing_signals(&signals, model, now, 3) {
            hash.fold_text(&format!("{} {}", missing.rule, missing.points));
        }
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a: order matters, every byte counts.
struct Hash(u64);

impl Hash {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn fold(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn fold_text(&mut self, text: &str) {
        self.fold(text.as_bytes());
    }
}

/// Addresses as real lists have them: most are good, some have a slip.
const ADDRESSES: [&str; 10] = [
    "ada.lovelace@analytical-engines.co",
    "User.17+tag@CO4.Example.com",
    "info@acme.co.uk",
    "j.o'neill@mail.university.edu",
    "bad address@acme.co",
    "firstname.lastname@subdomain.company-name.de",
    ".dot@acme.co",
    "two@at@acme.co",
    "x_y-z@a.io",
    "somebody.with.a.rather.long.name.in.front@a-domain-of-some-length.international",
];

/// Parses `rounds` times ten addresses and returns how many were good: seven of each ten.
#[wasm_bindgen]
#[must_use]
pub fn accepted_addresses(rounds: u32) -> u32 {
    let good = |address: &&&str| EmailAddress::parse(black_box(address), &AsciiOnly).is_ok();
    let each = |_| u32::try_from(ADDRESSES.iter().filter(good).count()).unwrap_or(0);
    (0..rounds).map(each).sum()
}

/// Returns the domain that takes the mail of an address, or nothing where it is not one.
#[wasm_bindgen]
#[must_use]
pub fn mail_domain(address: &str) -> Option<String> {
    let address = EmailAddress::read(address, &AsciiOnly).ok()?;
    Some(address.domain().to_owned())
}

fn case(random: &mut Random, now: Timestamp) -> Signals {
    const FACTS: [(&str, &[&str]); 7] = [
        ("role", &["decision_maker", "influencer", "user", "student"]),
        ("company_size", &["1-10", "11-50", "51-200", "201-1000", "1000+"]),
        ("country", &["DE", "US", "KP", "BR"]),
        ("timing", &["now", "within_3_months", "within_12_months", "later"]),
        ("phone", &["+49 30 901820"]),
        ("email", &["ada@acme.co"]),
        ("employees", &["9", "10", "150", "401", "many"]),
    ];
    let mut answers = std::collections::BTreeMap::new();
    for (name, values) in FACTS {
        if random.below(3) > 0 {
            answers.insert(name.to_owned(), (*random.pick(values)).to_owned());
        }
    }
    let observations: Vec<_> = (0..random.below(12))
        .map(|_| Observation {
            kind: *random.pick(&ObservationKind::ALL),
            at: Timestamp::from_ms(now.as_ms() - random.below(200 * DAY_MS) + DAY_MS),
        })
        .collect();
    let assessment = Assessment {
        verdict: *random.pick(&[
            Verdict::Deliverable,
            Verdict::Risky,
            Verdict::Undeliverable,
            Verdict::Unknown,
        ]),
        reasons: Vec::new(),
        provider: None,
        domain_class: *random.pick(&[
            DomainClass::Business,
            DomainClass::Free,
            DomainClass::Disposable,
            DomainClass::Relay,
        ]),
        mailbox: Mailbox::Unverified,
        suggestion: None,
        evidence: Vec::new(),
        checked_at: now,
        resolver_ms: 0,
    };
    Signals::of(&answers, LookedUp::of(&assessment, None), &observations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natively_the_cases_fold_into_the_agreed_number() {
        assert_eq!(fingerprint(42, 100_000), include_str!("../fingerprint.txt").trim());
        assert_ne!(fingerprint(43, 100_000), fingerprint(42, 100_000));
    }
}
