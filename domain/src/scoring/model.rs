//! What counts, for how much and for how long: versioned data, checked when it is built.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::condition::{DAYS_MAX, pattern_size};
use super::{
    Condition, ENGAGEMENT_RANGE, FIT_RANGE, Likelihood, Observation, Qualification, RuleFault,
    decayed, faded,
};
use crate::named;
use crate::time::{DAY_MS, Timestamp};

/// The most rules of one model.
pub const RULES_MAX: usize = 500;
/// The most points of one rule, either way.
pub const POINTS_MAX: i32 = 1_000;
/// The most events that a rule can wait for: more are not kept of a lead.
const TIMES_MAX: u32 = 1_000;
/// The most conditions of one model, parts counted, and what its regular expressions may take together, in
/// bytes of their programs: a lead is scored while somebody waits, and this is at most some milliseconds.
const CONDITIONS_MAX: usize = 2_000;
const EXPRESSIONS_SIZE_MAX: usize = 24 * 1_024;
/// The most limits over groups.
const GROUP_CAPS_MAX: usize = 20;
/// The widest margin at the edge of a band: it would reach over all points.
const MARGIN_MAX: i32 = 100;
/// The longest id, sentence or name of a group, in bytes.
const NAME_BYTES_MAX: usize = 400;

/// A complete model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScoringModel {
    /// Counts publications.
    pub version: u32,
    /// The rules, in the order of explanation.
    #[cfg_attr(feature = "schema", schemars(length(max = RULES_MAX)))]
    pub rules: Vec<Rule>,
    /// Limits over several rules together.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = GROUP_CAPS_MAX)))]
    pub group_caps: Vec<GroupCap>,
    /// Where the bands of the matrix begin.
    pub thresholds: Thresholds,
    /// What makes a lead qualified.
    #[serde(default)]
    pub qualification: Qualification,
    /// What makes the points of its learned rules a probability, where it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Likelihood>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A stable name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub id: String,
    /// The sentence the owner reads.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub label: String,
    /// What it adds, or takes away when negative.
    #[cfg_attr(feature = "schema", schemars(range(min = -POINTS_MAX, max = POINTS_MAX)))]
    pub points: i32,
    /// Whether a visitor's browser may know it.
    pub visibility: Visibility,
    /// When it applies.
    pub when: Condition,
    /// The most it adds over all its events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = POINTS_MAX)))]
    pub cap: Option<i32>,
    /// After how many days an event counts half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = DAYS_MAX)))]
    pub half_life_days: Option<u32>,
    /// After how many days an event counts nothing, fading in a line until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = DAYS_MAX)))]
    pub fades_in_days: Option<u32>,
    /// For how many days an event counts at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = DAYS_MAX)))]
    pub window_days: Option<u32>,
    /// How many events it takes before any of them counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = TIMES_MAX)))]
    pub at_least: Option<u32>,
    /// Whether the latest event alone counts, however many there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
    /// The group whose cap it shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether no other fit rule counts once this one applies.
    #[serde(default)]
    pub stops: bool,
}

/// What a rule of engagement counts for a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earned {
    /// In points, decay and the limit of the rule considered.
    pub points: i32,
    /// The age of the latest event behind it, in milliseconds.
    pub age_ms: i64,
    /// How many events there are behind it.
    pub times: u32,
}

impl GroupCap {
    /// Returns by how much its rules go beyond it, given what each rule of the model counts.
    #[must_use]
    pub fn over<'a>(&self, given: impl Iterator<Item = (&'a Rule, i32)>) -> i32 {
        let own = given.filter(|(rule, _)| rule.group.as_ref() == Some(&self.group));
        let sum = own.fold(0_i32, |sum, (_, points)| sum.saturating_add(points));
        sum.saturating_sub(self.points).max(0)
    }
}

impl Rule {
    /// Makes a rule that stays on the server and has no bounds.
    #[must_use]
    pub const fn private(id: String, label: String, points: i32, when: Condition) -> Self {
        Self {
            id,
            label,
            points,
            visibility: Visibility::Private,
            when,
            cap: None,
            half_life_days: None,
            fades_in_days: None,
            window_days: None,
            at_least: None,
            once: false,
            group: None,
            stops: false,
        }
    }

    /// Returns what an event of this age counts, in points.
    fn worth(&self, age_ms: i64) -> i32 {
        match self.fades_in_days {
            Some(days) => faded(self.points, age_ms, days),
            None => decayed(self.points, age_ms, self.half_life_days),
        }
    }

    /// Returns what a rule of engagement counts by what was seen of a lead. `None` when it counts nothing.
    #[must_use]
    pub fn engagement(&self, seen: &[Observation], now: Timestamp) -> Option<Earned> {
        // An event from the future has not happened yet: a clock that is wrong scores nothing.
        let past = seen.iter().filter(|seen| seen.at <= now);
        let (points, age_ms, times) = match &self.when {
            Condition::Observed(kind) => {
                let in_window = |age: &i64| {
                    self.window_days.is_none_or(|days| *age <= i64::from(days) * DAY_MS)
                };
                let ages = past.filter(|seen| seen.kind == *kind).map(|seen| now.since(seen.at));
                let (mut sum, mut count, mut latest) = (0_i32, 0_u32, i64::MAX);
                for age in ages.filter(in_window) {
                    sum = sum.saturating_add(self.worth(age));
                    latest = latest.min(age);
                    count += 1;
                }
                if count == 0 || count < self.at_least.unwrap_or(1) {
                    return None;
                }
                if self.once { (self.worth(latest), latest, 1) } else { (sum, latest, count) }
            }
            Condition::Silent { days } => {
                let latest = past.map(|seen| now.since(seen.at)).min()?;
                (if latest >= i64::from(*days) * DAY_MS { self.points } else { 0 }, latest, 1)
            }
            _ => return None,
        };
        let points = self.cap.map_or(points, |cap| capped(points, cap));
        (points != 0).then_some(Earned { points, age_ms, times })
    }

    fn check(&self) -> Result<(), RuleFault> {
        let in_range = |points: i32| (-POINTS_MAX..=POINTS_MAX).contains(&points);
        if !in_range(self.points) || self.cap.is_some_and(|cap| cap < 0 || !in_range(cap)) {
            return Err(RuleFault::Points);
        }
        let days = [self.half_life_days, self.fades_in_days, self.window_days];
        let all_fit = days.into_iter().flatten().all(|days| (1..=DAYS_MAX).contains(&days));
        if !all_fit || self.at_least.is_some_and(|count| !(1..=TIMES_MAX).contains(&count)) {
            return Err(RuleFault::Days);
        }
        if self.half_life_days.is_some() && self.fades_in_days.is_some() {
            return Err(RuleFault::FadesTwice);
        }
        // Of events some count, and some no more; silence has neither.
        let is_of_events = self.at_least.is_some() || self.once || days.iter().any(Option::is_some);
        let is_capped = self.cap.is_some() || self.group.is_some();
        let is_idle = match self.when {
            Condition::Observed(_) => self.stops,
            Condition::Silent { .. } => self.stops || is_of_events,
            _ => is_of_events || is_capped,
        };
        if is_idle {
            return Err(RuleFault::Idle);
        }
        let names = [Some(&self.id), Some(&self.label), self.group.as_ref()];
        if names.into_iter().flatten().any(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
            return Err(RuleFault::Name);
        }
        self.when.check(0)
    }
}

named! {
    /// Whether a rule may leave the server.
    pub enum Visibility {
        /// Ships to the visitor's browser with the form.
        Public = "public",
        /// Stays on the server: it tells who the ideal customer is.
        Private = "private",
    }
}

/// A limit over the rules of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupCap {
    /// The group.
    pub group: String,
    /// The most its rules add together.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = POINTS_MAX)))]
    pub points: i32,
}

/// Where the bands of the matrix begin; below the last is C or 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each name is the band that begins there")]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    #[cfg_attr(feature = "schema", schemars(range(min = FIT_RANGE.0, max = FIT_RANGE.1 + 1)))]
    pub fit_a: i32,
    #[cfg_attr(feature = "schema", schemars(range(min = FIT_RANGE.0, max = FIT_RANGE.1 + 1)))]
    pub fit_b: i32,
    #[cfg_attr(feature = "schema", schemars(range(min = ENGAGEMENT_RANGE.0, max = ENGAGEMENT_RANGE.1 + 1)))]
    pub engagement_1: i32,
    #[cfg_attr(feature = "schema", schemars(range(min = ENGAGEMENT_RANGE.0, max = ENGAGEMENT_RANGE.1 + 1)))]
    pub engagement_2: i32,
    /// How far below the beginning of its band a lead may fall before it leaves it, so that nobody
    /// flickers at an edge (PRODUCT §5.1).
    #[serde(default = "margin")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = MARGIN_MAX)))]
    pub margin: i32,
}

/// Returns whether a reason of this name is a limit that brings a sum back, and no rule.
pub(super) fn is_limit(rule: &str) -> bool {
    matches!(rule, "floor" | "ceiling") || rule.starts_with("cap.")
}

/// Brings points between a limit and its negative, whatever sign it has.
pub(super) fn capped(points: i32, cap: i32) -> i32 {
    let cap = cap.saturating_abs();
    points.clamp(-cap, cap)
}

const fn margin() -> i32 {
    5
}

/// What is wrong with a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// More than [`RULES_MAX`] rules, with the first that is too many.
    #[error("rule {0}: with it the model has more than {RULES_MAX} rules")]
    TooManyRules(String),
    /// Two rules share an id.
    #[error("two rules have the id {0}")]
    DuplicateRule(String),
    /// All rules together could leave the range of numbers that scores are counted in, with the rule that they
    /// do from on.
    #[error("rule {0}: with it the points of all rules together are more than 32,767")]
    PointsOverflow(String),
    /// More conditions than one lead can be scored by, with the rule that there are too many from on.
    #[error("rule {0}: with it the model has more than {CONDITIONS_MAX} conditions")]
    TooManyConditions(String),
    /// Regular expressions that take longer than one lead can be scored in, with the rule that they do from
    /// on.
    #[error("rule {0}: with it the expressions of the model take too long for one lead")]
    SlowExpressions(String),
    /// A limit over a group, by its name, that stands twice or is out of range, or the first of too many.
    #[error(
        "the limit of the group {0}: it is out of range, stands twice, or is one of more than {GROUP_CAPS_MAX}"
    )]
    GroupCap(String),
    /// Something is wrong with one rule, named by its id.
    #[error("rule {rule}: {fault}")]
    Rule {
        /// Its id.
        rule: String,
        /// What is wrong.
        fault: RuleFault,
    },
    /// A definition of what is qualified.
    #[error("a definition of what is qualified: {0}")]
    Qualification(RuleFault),
    /// A learned part that no outcomes teach.
    #[error("what was learned is out of range")]
    Likelihood,
    /// A band, by its name, that begins above the one before it, or where no score reaches.
    #[error("the band {0}: it begins above the one before it, or where no score reaches")]
    Band(&'static str),
    /// A margin at the edge of bands that is out of range.
    #[error("the margin at the edge of a band is not between 0 and {MARGIN_MAX}")]
    Margin,
}

impl ScoringModel {
    /// Returns the engagement of a lead by what was seen of it: what its reasons add up to, without them.
    #[must_use]
    pub fn engagement(&self, seen: &[Observation], now: Timestamp) -> i32 {
        let given = self.rules.iter().filter_map(|rule| {
            let earned = rule.engagement(seen, now)?;
            Some((rule, earned.points))
        });
        let given: Vec<_> = given.collect();
        let over = self.group_caps.iter().map(|cap| cap.over(given.iter().copied()));
        let sum = given.iter().fold(0_i32, |sum, (_, points)| sum.saturating_add(*points));
        let (low, high) = ENGAGEMENT_RANGE;
        over.fold(sum, i32::saturating_sub).clamp(low, high)
    }

    /// Returns the answers to one question that any rule asks for, each once and in their order.
    #[must_use]
    pub fn known_answers(&self, fact: &str) -> Vec<String> {
        let mut answers = BTreeSet::new();
        for rule in &self.rules {
            rule.when.each(&mut |condition| match condition {
                Condition::OneOf { fact: asked, values } if asked == fact => {
                    answers.extend(values.iter().cloned());
                }
                _ => {}
            });
        }
        answers.into_iter().collect()
    }

    /// Checks what a score is counted by: how many rules there are, their ids and their points. Every
    /// published model passes it, including older ones whose rules ask what is no longer allowed.
    ///
    /// # Errors
    /// The first [`ModelError`].
    pub fn check_counts(&self) -> Result<(), ModelError> {
        if let Some(rule) = self.rules.get(RULES_MAX) {
            return Err(ModelError::TooManyRules(rule.id.clone()));
        }
        let (mut ids, mut points) = (BTreeSet::new(), 0_u32);
        for rule in &self.rules {
            if !ids.insert(&rule.id) {
                return Err(ModelError::DuplicateRule(rule.id.clone()));
            }
            if is_limit(&rule.id) {
                return Err(ModelError::Rule { rule: rule.id.clone(), fault: RuleFault::Reserved });
            }
            points = points.saturating_add(rule.points.unsigned_abs());
            if points > i16::MAX.unsigned_abs().into() {
                return Err(ModelError::PointsOverflow(rule.id.clone()));
            }
        }
        Ok(())
    }

    /// Checks the model as a whole, before it is published. One that is published already counts as it
    /// stands, also where less is allowed by now than was then.
    ///
    /// # Errors
    /// The first [`ModelError`].
    pub fn check(&self) -> Result<(), ModelError> {
        self.check_counts()?;
        for rule in &self.rules {
            let named = |fault| ModelError::Rule { rule: rule.id.clone(), fault };
            rule.check().map_err(named)?;
        }
        self.check_sums()?;
        let mut groups = BTreeSet::new();
        for cap in &self.group_caps {
            let is_in_range =
                (0..=POINTS_MAX).contains(&cap.points) && cap.group.len() <= NAME_BYTES_MAX;
            let fits = is_in_range && groups.insert(&cap.group) && groups.len() <= GROUP_CAPS_MAX;
            if !fits {
                return Err(ModelError::GroupCap(cap.group.clone()));
            }
        }
        if self.likelihood.is_some_and(|learned| !learned.is_sound(POINTS_MAX)) {
            return Err(ModelError::Likelihood);
        }
        let cut = &self.thresholds;
        // A band may begin just above what can be reached: then nobody is in it.
        let bands = [
            ("A", cut.fit_a, FIT_RANGE.1 + 1, FIT_RANGE),
            ("B", cut.fit_b, cut.fit_a, FIT_RANGE),
            ("1", cut.engagement_1, ENGAGEMENT_RANGE.1 + 1, ENGAGEMENT_RANGE),
            ("2", cut.engagement_2, cut.engagement_1, ENGAGEMENT_RANGE),
        ];
        let is_amiss = |(_, begins, at_most, (low, high)): &(_, i32, i32, (i32, i32))| {
            begins > at_most || !(*low..=high + 1).contains(begins)
        };
        if let Some((band, ..)) = bands.iter().find(|band| is_amiss(band)) {
            return Err(ModelError::Band(band));
        }
        if !(0..=MARGIN_MAX).contains(&cut.margin) {
            return Err(ModelError::Margin);
        }
        self.qualification.check().map_err(ModelError::Qualification)
    }

    /// Checks what all rules take together, and names the one that is too much.
    fn check_sums(&self) -> Result<(), ModelError> {
        let (mut conditions, mut expressions) = (0, 0);
        let mut count = |when: &Condition| -> (bool, bool) {
            when.each(&mut |condition| {
                conditions += 1;
                if let Condition::Matches { pattern, .. } = condition {
                    expressions += pattern_size(pattern);
                }
            });
            (conditions > CONDITIONS_MAX, expressions > EXPRESSIONS_SIZE_MAX)
        };
        // Exceptions of what is qualified are asked of a lead as well.
        for when in &self.qualification.marketing.never {
            if matches!(count(when), (true, _) | (_, true)) {
                return Err(ModelError::Qualification(RuleFault::Exceptions));
            }
        }
        for rule in &self.rules {
            match count(&rule.when) {
                (true, _) => return Err(ModelError::TooManyConditions(rule.id.clone())),
                (_, true) => return Err(ModelError::SlowExpressions(rule.id.clone())),
                (false, false) => {}
            }
        }
        Ok(())
    }

    /// Checks that every fact that a rule asks about is one of these.
    ///
    /// # Errors
    /// [`ModelError::Rule`] with the first that is not.
    pub fn check_facts(&self, is_known: impl Fn(&str) -> bool) -> Result<(), ModelError> {
        for rule in &self.rules {
            let mut unknown = None;
            rule.when.each(&mut |condition| {
                let fact = condition.fact().filter(|fact| !is_known(fact));
                unknown = unknown.or(fact);
            });
            if let Some(fact) = unknown {
                let fault = RuleFault::UnknownFact(fact.to_owned());
                return Err(ModelError::Rule { rule: rule.id.clone(), fault });
            }
        }
        let unknown = self.qualification.facts().into_iter().find(|fact| !is_known(fact));
        unknown.map_or(Ok(()), |fact| {
            Err(ModelError::Qualification(RuleFault::UnknownFact(fact.to_owned())))
        })
    }
}
