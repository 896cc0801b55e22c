//! Why not higher: what is not known of a lead, and would count.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::Answer;
use super::{Condition, Dimension, FIT_RANGE, Observation, ScoringModel, Signals};
use crate::time::Timestamp;

/// What nobody can be asked: where a lead came from, and what lists, DNS and numbering plans say of it.
const NEVER_ASKED: [&str; 16] = [
    "email_class",
    "email_domain",
    "email_provider",
    "email_verdict",
    "form",
    "page_url",
    "phone_kind",
    "phone_region",
    "phone_verdict",
    "referrer_host",
    "source",
    "utm_campaign",
    "utm_content",
    "utm_medium",
    "utm_source",
    "utm_term",
];

/// How many answers to one question are tried.
const ANSWERS_MAX: usize = 100;

/// Something that is not known of a lead, and what it would add to the score of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissingSignal {
    /// The rule's id.
    pub rule: String,
    /// The rule's sentence.
    pub label: String,
    /// Which half it counts for.
    pub dimension: Dimension,
    /// What it would add, limits considered.
    pub points: i32,
}

/// Returns the `count` cheapest missing signals: what one question would tell comes before what the
/// lead would have to do, and more points before fewer (PRODUCT X7). What is known already is none:
/// nobody changes who they are for a score. Of several answers to one question, and of several rules
/// about one kind of event, the best stands for all.
#[must_use]
pub fn missing_signals(
    signals: &Signals,
    model: &ScoringModel,
    now: Timestamp,
    count: usize,
) -> Vec<MissingSignal> {
    let mut found = missing_answers(signals, model);
    found.extend(missing_events(signals, model, now));
    found.retain(|(_, signal)| signal.points > 0);
    found.sort_by_key(|(_, signal)| (signal.dimension, Reverse(signal.points)));
    let mut asked: Vec<&str> = Vec::new();
    let best = found.into_iter().filter(|(of, _)| {
        let is_first = !asked.contains(of);
        asked.push(of);
        is_first
    });
    best.map(|(_, signal)| signal).take(count).collect()
}

/// What each rule would add that one answer could make true, with the question.
fn missing_answers<'a>(
    signals: &Signals,
    model: &'a ScoringModel,
) -> Vec<(&'a str, MissingSignal)> {
    let rules: Vec<_> = model.rules.iter().filter(|rule| !rule.when.is_engagement()).collect();
    let holding: Vec<_> = rules.iter().map(|rule| rule.when.holds(signals)).collect();
    let today = fit(rules.iter().copied().zip(holding.iter().copied()));
    let mut about: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, rule) in rules.iter().enumerate() {
        rule.when.each(&mut |part| {
            if let Some(fact) = part.fact() {
                let places = about.entry(fact).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        });
    }
    let mut found = Vec::new();
    for (asked, about) in about {
        if signals.fact(asked).is_some() || NEVER_ASKED.contains(&asked) {
            continue;
        }
        let answers = answers(about.iter().filter_map(|place| rules.get(*place).copied()), asked);
        for answer in &answers {
            // By one answer several rules may hold that did not, and others no longer.
            let mut then = holding.clone();
            for place in &about {
                if let (Some(then), Some(rule)) = (then.get_mut(*place), rules.get(*place)) {
                    *then = rule.when.holds_by(signals, asked, answer);
                }
            }
            let new = rules.iter().zip(holding.iter().zip(&then));
            let new = new.filter(|(_, (before, after))| **after && !**before);
            let Some((rule, _)) = new.min_by_key(|(rule, _)| Reverse(rule.points)) else {
                continue;
            };
            let (rule, label) = (rule.id.clone(), rule.label.clone());
            let points = fit(rules.iter().copied().zip(then)) - today;
            found.push((asked, MissingSignal { rule, label, dimension: Dimension::Fit, points }));
        }
    }
    found
}

/// Returns answers to one question that rules ask for, the first of each rule before the second of any: a
/// long list hides no other.
fn answers<'a>(rules: impl Iterator<Item = &'a super::Rule>, asked: &str) -> Vec<Answer<'a>> {
    let of_rule = |rule: &'a super::Rule| {
        let mut own = Vec::new();
        rule.when.each(&mut |part| {
            if part.fact() == Some(asked) {
                own.extend(part.answers());
            }
        });
        own.into_iter()
    };
    let mut by_rule: Vec<_> = rules.map(of_rule).collect();
    let mut answers = Vec::new();
    while answers.len() < ANSWERS_MAX {
        let next: Vec<_> = by_rule.iter_mut().filter_map(Iterator::next).collect();
        if next.is_empty() {
            break;
        }
        for answer in next {
            if answers.len() < ANSWERS_MAX && !answers.contains(&answer) {
                answers.push(answer);
            }
        }
    }
    answers
}

/// The fit of a lead that these rules hold for or not.
fn fit<'a>(rules: impl Iterator<Item = (&'a super::Rule, bool)>) -> i32 {
    let mut sum = 0_i32;
    for (rule, _) in rules.filter(|(_, holds)| *holds) {
        if rule.stops {
            sum = rule.points;
            break;
        }
        sum = sum.saturating_add(rule.points);
    }
    sum.clamp(FIT_RANGE.0, FIT_RANGE.1)
}

/// What each rule would add that so many events, now, could make true, with their kind.
fn missing_events<'a>(
    signals: &Signals,
    model: &'a ScoringModel,
    now: Timestamp,
) -> Vec<(&'a str, MissingSignal)> {
    let today = model.engagement(&signals.observations, now);
    let mut tried: Vec<(Observation, usize, i32)> = Vec::new();
    let signal = |rule: &super::Rule| {
        let Condition::Observed(kind) = &rule.when else { return None };
        // What it did long ago, and counts no more, it can do again.
        if rule.engagement(&signals.observations, now).is_some() {
            return None;
        }
        let (seen, times) = (Observation { kind: *kind, at: now }, rule.at_least.unwrap_or(1));
        let same =
            tried.iter().find(|(other, count, _)| *other == seen && *count == times as usize);
        let then = same.map(|(.., then)| *then).unwrap_or_else(|| {
            let mut more = signals.observations.clone();
            more.extend(std::iter::repeat_n(seen, times as usize));
            model.engagement(&more, now)
        });
        tried.push((seen, times as usize, then));
        let (id, label) = (rule.id.clone(), rule.label.clone());
        let (dimension, points) = (Dimension::Engagement, then - today);
        Some((kind.as_str(), MissingSignal { rule: id, label, dimension, points }))
    };
    model.rules.iter().filter(|rule| rule.points > 0).filter_map(signal).collect()
}
