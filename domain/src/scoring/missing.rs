//! Why not higher: what is not known of a lead, and would count.

use serde::{Deserialize, Serialize};

use super::{Condition, Dimension, FIT_RANGE, Observation, ScoringModel, Signals};
use crate::time::Timestamp;

/// What nobody can be asked: where a lead came from, and what lists and DNS say of its address.
const NEVER_ASKED: [&str; 10] = [
    "email_class",
    "email_verdict",
    "page_url",
    "referrer_host",
    "source",
    "utm_campaign",
    "utm_content",
    "utm_medium",
    "utm_source",
    "utm_term",
];

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
    found.sort_by_key(|(_, signal)| (signal.dimension, std::cmp::Reverse(signal.points)));
    let mut asked: Vec<&str> = Vec::new();
    let best = found.into_iter().filter(|(of, _)| {
        let is_first = !asked.contains(of);
        asked.push(of);
        is_first
    });
    best.map(|(_, signal)| signal).take(count).collect()
}

/// What each rule would add that an answer could make true, with the question.
fn missing_answers<'a>(
    signals: &Signals,
    model: &'a ScoringModel,
) -> Vec<(&'a str, MissingSignal)> {
    let rules = || model.rules.iter().filter(|rule| !rule.when.is_engagement());
    let holding: Vec<_> = rules().map(|rule| rule.when.holds(signals)).collect();
    // The fit, if the rule at a place held because one question was answered.
    let fit = |told: Option<(usize, &str)>| {
        let mut sum = 0_i32;
        for (place, (rule, holds)) in rules().zip(&holding).enumerate() {
            let is_told = told.is_some_and(|(own, _)| own == place);
            let is_answered = told.is_some_and(
                |(_, asked)| matches!(&rule.when, Condition::Missing { fact } if fact == asked),
            );
            if !is_told && (!holds || is_answered) {
                continue;
            }
            if rule.stops {
                sum = rule.points;
                break;
            }
            sum = sum.saturating_add(rule.points);
        }
        sum.clamp(FIT_RANGE.0, FIT_RANGE.1)
    };
    let today = fit(None);
    let open = rules().zip(&holding).enumerate().filter(|(_, (_, holds))| !**holds);
    let signal = |(place, (rule, _)): (usize, (&'a super::Rule, _))| {
        if rule.when.judge(signals).is_some() {
            return None;
        }
        let mut asked = None;
        rule.when.each(&mut |part| {
            asked = asked.or(part.fact().filter(|fact| signals.fact(fact).is_none()));
        });
        let asked = asked.filter(|fact| !NEVER_ASKED.contains(fact))?;
        let points = fit(Some((place, asked))) - today;
        let (rule, label) = (rule.id.clone(), rule.label.clone());
        Some((asked, MissingSignal { rule, label, dimension: Dimension::Fit, points }))
    };
    open.filter_map(signal).collect()
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
        if signals.observations.iter().any(|seen| seen.kind == *kind) {
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
