//! The public rules as one line of text in the form's markup: nothing a widget could not read in a
//! few bytes of code, and nothing of the model that is private.
//!
//! One rule is `points,cap,condition`; rules are joined by `;`. A condition is `g:FACT` (known),
//! `f:FACT:VALUE|VALUE` (one of) or `o:OBSERVATION` (seen). An empty cap is none. Labels, ids and
//! thresholds stay behind: nobody sees the number.

use super::Visibility;
use super::model::capped;
use super::{Condition, ENGAGEMENT_RANGE, FIT_RANGE, ObservationKind, Rule, ScoringModel, Signals};

/// What of a model may travel with a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicRules {
    rules: Vec<PublicRule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct PublicRule {
    points: i32,
    cap: Option<i32>,
    when: PublicCondition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PublicCondition {
    OneOf(String, Vec<String>),
    Given(String),
    Observed(ObservationKind),
}

impl PublicRules {
    /// Takes the public rules of a model. One that says more than a line can hold counts on the server alone:
    /// by a separator in a value, by letters that are more than ASCII, by a limit that it shares with others,
    /// or because no other counts beside it. What bounds it in time bounds nobody who fills a form just now.
    #[must_use]
    pub fn of(model: &ScoringModel) -> Self {
        let public = model.rules.iter().filter(|rule| rule.visibility == Visibility::Public);
        let is_shared = |rule: &Rule| {
            model.group_caps.iter().any(|cap| Some(&cap.group) == rule.group.as_ref())
        };
        let alone = public.filter(|rule| !rule.stops && !is_shared(rule));
        Self { rules: alone.filter_map(PublicRule::of).collect() }
    }

    /// Writes them as one line.
    #[must_use]
    pub fn text(&self) -> String {
        let lines: Vec<_> = self.rules.iter().map(PublicRule::text).collect();
        lines.join(";")
    }

    /// Reads what [`Self::text`] wrote; what cannot be read is left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self { rules: text.split(';').filter_map(PublicRule::read).collect() }
    }

    /// Returns fit and engagement of somebody who fills a form just now, as [`super::score_lead`] does by the
    /// same rules: nothing has an age yet, and everything was seen once.
    #[must_use]
    pub fn score(&self, signals: &Signals) -> (i32, i32) {
        let (mut fit, mut engagement) = (0, 0);
        for PublicRule { points, cap, when } in &self.rules {
            match when {
                PublicCondition::OneOf(fact, values) => {
                    let known = signals.fact(fact);
                    let is =
                        |known| values.iter().any(|one: &String| one.eq_ignore_ascii_case(known));
                    let holds = known.is_some_and(is);
                    fit += if holds { *points } else { 0 };
                }
                PublicCondition::Given(fact) => {
                    fit += if signals.fact(fact).is_some() { *points } else { 0 };
                }
                PublicCondition::Observed(kind) => {
                    let seen = signals.observations.iter().filter(|seen| seen.kind == *kind);
                    let sum = seen.map(|_| *points).sum();
                    engagement += cap.map_or(sum, |cap| capped(sum, cap));
                }
            }
        }
        let within = |sum: i32, (low, high): (i32, i32)| sum.clamp(low, high);
        (within(fit, FIT_RANGE), within(engagement, ENGAGEMENT_RANGE))
    }
}

impl PublicRule {
    fn of(rule: &Rule) -> Option<Self> {
        let clean = |text: &String| !text.contains([',', ';', ':', '|']) && text.is_ascii();
        let when = match &rule.when {
            Condition::Given { fact } if clean(fact) => PublicCondition::Given(fact.clone()),
            Condition::OneOf { fact, values } if clean(fact) && values.iter().all(clean) => {
                PublicCondition::OneOf(fact.clone(), values.clone())
            }
            Condition::Observed(kind) if rule.at_least.is_none() => {
                PublicCondition::Observed(*kind)
            }
            _ => return None,
        };
        Some(Self { points: rule.points, cap: rule.cap, when })
    }

    fn text(&self) -> String {
        let condition = match &self.when {
            PublicCondition::Given(fact) => format!("g:{fact}"),
            PublicCondition::OneOf(fact, values) => format!("f:{fact}:{}", values.join("|")),
            PublicCondition::Observed(kind) => format!("o:{}", kind.as_str()),
        };
        let cap = self.cap.map(|cap| cap.to_string()).unwrap_or_default();
        format!("{},{cap},{condition}", self.points)
    }

    fn read(line: &str) -> Option<Self> {
        let mut parts = line.splitn(3, ',');
        let points = parts.next()?.parse().ok()?;
        let cap = parts.next()?.parse().ok();
        let (kind, rest) = parts.next()?.split_once(':')?;
        let when = match kind {
            "g" => PublicCondition::Given(rest.to_owned()),
            "o" => PublicCondition::Observed(ObservationKind::parse(rest)?),
            "f" => {
                let (fact, values) = rest.split_once(':')?;
                let values = values.split('|').map(str::to_owned).collect();
                PublicCondition::OneOf(fact.to_owned(), values)
            }
            _ => return None,
        };
        Some(Self { points, cap, when })
    }
}
