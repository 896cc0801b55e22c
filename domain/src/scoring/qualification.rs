//! What makes a lead qualified: rules beside the words that marketing and sales have agreed on
//! (PRODUCT B1–B4). They are part of the model, so they have its versions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Cell, Condition, ObservationKind, RuleFault, Signals};
use crate::named;
use crate::time::{DAY_MS, Timestamp};

/// For so many days somebody who asked to be contacted is qualified by that alone.
pub const HAND_RAISE_DAYS: i64 = 30;
/// How long what somebody did in the product is kept, in days: no definition looks further back.
pub const USAGE_DAYS_MAX: u32 = 90;
/// How many events of one name and day are kept, in UTC; no definition can ask for more.
pub const USAGE_PER_DAY_MAX: u32 = 10;
/// The longest name of a product event, in bytes.
pub const EVENT_NAME_BYTES_MAX: usize = 60;
/// The longest written definition, in bytes.
const WRITTEN_BYTES_MAX: usize = 1_000;
/// The most fields that sales must know, and the most parts of a definition by use.
const PARTS_MAX: usize = 20;

/// What each kind of qualified lead is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Qualification {
    /// Marketing qualified (MQL).
    pub marketing: MarketingDefinition,
    /// Sales qualified (SQL).
    pub sales: SalesDefinition,
    /// Product qualified (PQL): a flag beside the stage.
    pub product: UsageDefinition,
    /// Service qualified: a customer who may buy more. A flag beside the stage.
    pub service: UsageDefinition,
}

/// When a lead is marketing qualified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MarketingDefinition {
    /// What it means, in words.
    pub written: String,
    /// The cells of the matrix that are.
    pub cells: Vec<Cell>,
    /// Whether somebody who asked to be contacted is, in whatever cell, for [`HAND_RAISE_DAYS`].
    pub hand_raise: bool,
    /// Who is not, whatever else holds: anybody for whom one of these does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<Condition>,
}

/// When a lead may be called sales qualified: a person says so, and knows enough to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SalesDefinition {
    /// What it means, in words.
    pub written: String,
    /// The fields that must be known.
    pub required: Vec<String>,
}

/// What somebody must have done in the product; every part must hold, and with none nobody is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UsageDefinition {
    /// What it means, in words.
    pub written: String,
    /// What must have been done.
    pub usage: Vec<UsageRule>,
}

/// One part of a definition by use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UsageRule {
    /// The name of the event; nothing for an event of any name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// What is counted.
    pub count: UsageCount,
    /// How many there must be.
    pub at_least: u32,
    /// In how many days until now.
    pub within_days: u32,
}

named! {
    /// What a definition by use counts.
    pub enum UsageCount {
        /// Events.
        Times = "times",
        /// Days in UTC with an event.
        Days = "days",
    }
}

/// What somebody did in the product: for each event when it was, oldest first. The same event at the same
/// millisecond is the same event.
pub type Usage = BTreeMap<String, Vec<Timestamp>>;

named! {
    /// What made a lead qualified.
    pub enum QualifiedBy {
        /// The cell that it is in.
        Score = "score",
        /// It asked to be contacted.
        HandRaise = "hand_raise",
        /// What it did in the product.
        Usage = "usage",
        /// A person said so.
        Person = "person",
    }
}

impl Default for Qualification {
    fn default() -> Self {
        let used =
            |written: &str| UsageDefinition { written: written.to_owned(), usage: Vec::new() };
        Self {
            marketing: MarketingDefinition::default(),
            sales: SalesDefinition::default(),
            product: used("Uses the product as somebody does who is about to pay for it."),
            service: used("A customer whose use has outgrown what they bought."),
        }
    }
}

impl Default for MarketingDefinition {
    fn default() -> Self {
        let is = |fact: &str, value: &str| Condition::OneOf {
            fact: fact.to_owned(),
            values: vec![value.to_owned()],
        };
        let never = vec![is("email_verdict", "undeliverable"), is("email_class", "disposable")];
        Self {
            written: "Fits and is engaged, or asked to be contacted: worth a person's time today."
                .to_owned(),
            cells: vec![Cell::A1, Cell::A2, Cell::B1],
            hand_raise: true,
            never,
        }
    }
}

impl Default for SalesDefinition {
    fn default() -> Self {
        let written = "A person of sales has looked and agrees that there is something to sell.";
        Self { written: written.to_owned(), required: Vec::new() }
    }
}

impl MarketingDefinition {
    /// Returns what makes a lead marketing qualified, if anything does. After a rejection only what was
    /// seen later counts: `since` is the time of it.
    #[must_use]
    pub fn holds(
        &self,
        signals: &Signals,
        cell: Cell,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<QualifiedBy> {
        if self.never.iter().any(|never| never.holds(signals)) {
            return None;
        }
        let is_new = |at: Timestamp| at <= now && since.is_none_or(|since| at > since);
        let mut seen = signals.observations.iter().filter(|seen| is_new(seen.at));
        let raised = |kind, at| {
            kind == ObservationKind::HandRaised && now.since(at) <= HAND_RAISE_DAYS * DAY_MS
        };
        if self.hand_raise && seen.clone().any(|seen| raised(seen.kind, seen.at)) {
            return Some(QualifiedBy::HandRaise);
        }
        let is_moving = since.is_none() || seen.any(|seen| !seen.kind.speaks_against());
        (is_moving && self.cells.contains(&cell)).then_some(QualifiedBy::Score)
    }
}

impl UsageDefinition {
    /// Returns whether everything that it asks for was done, counting what came after `since`.
    #[must_use]
    pub fn holds(&self, usage: &Usage, since: Option<Timestamp>, now: Timestamp) -> bool {
        let is_new = |at: &Timestamp| *at <= now && since.is_none_or(|since| *at > since);
        let all = |rule: &UsageRule| {
            let window = i64::from(rule.within_days) * DAY_MS;
            let named = |name: &String| rule.event.as_ref().is_none_or(|wanted| wanted == name);
            let times = usage.iter().filter(|(name, _)| named(name)).flat_map(|(_, times)| times);
            let counted = times.filter(|at| is_new(at) && now.since(**at) < window);
            let found = match rule.count {
                UsageCount::Times => counted.count(),
                UsageCount::Days => counted.map(|at| at.day()).collect::<BTreeSet<_>>().len(),
            };
            found >= rule.at_least as usize
        };
        !self.usage.is_empty() && self.usage.iter().all(all)
    }

    fn check(&self) -> Result<(), RuleFault> {
        check_written(&self.written)?;
        if self.usage.len() > PARTS_MAX {
            return Err(RuleFault::Values);
        }
        for rule in &self.usage {
            let per_day = if rule.count == UsageCount::Days { 1 } else { USAGE_PER_DAY_MAX };
            let days = rule.within_days;
            let is_reachable = (1..=USAGE_DAYS_MAX).contains(&days)
                && (1..=per_day * days).contains(&rule.at_least);
            if !is_reachable {
                return Err(RuleFault::Usage);
            }
            if rule.event.as_ref().is_some_and(|name| !is_event_name(name)) {
                return Err(RuleFault::Name);
            }
        }
        Ok(())
    }
}

impl Qualification {
    pub(super) fn check(&self) -> Result<(), RuleFault> {
        check_written(&self.marketing.written)?;
        check_written(&self.sales.written)?;
        if self.sales.required.len() > PARTS_MAX || self.marketing.cells.len() > Cell::ALL.len() {
            return Err(RuleFault::Values);
        }
        // A list of conditions is held to what holds within one.
        self.marketing.never.iter().try_for_each(|never| never.check(1))?;
        self.product.check()?;
        self.service.check()
    }

    /// Returns every fact that a definition asks about.
    pub(super) fn facts(&self) -> Vec<&str> {
        let mut facts: Vec<&str> = self.sales.required.iter().map(String::as_str).collect();
        for never in &self.marketing.never {
            never.each(&mut |condition| facts.extend(condition.fact()));
        }
        facts
    }
}

/// Returns whether a text can name a product event: small letters, digits and `._-`, not empty.
#[must_use]
pub fn is_event_name(name: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    (1..=EVENT_NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(fits)
}

const fn check_written(written: &str) -> Result<(), RuleFault> {
    if written.len() > WRITTEN_BYTES_MAX { Err(RuleFault::Name) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::Observation;

    const NOW: Timestamp = Timestamp::from_ms(100 * DAY_MS + 5_000);

    fn ago(days: i64) -> Timestamp {
        Timestamp::from_ms(NOW.as_ms() - days * DAY_MS)
    }

    fn signals(facts: &[(&str, &str)], seen: &[(ObservationKind, i64)]) -> Signals {
        let mut signals = Signals::default();
        for (name, value) in facts {
            signals.set_fact(name, Some((*value).to_owned()));
        }
        let seen = seen.iter().map(|(kind, days)| Observation { kind: *kind, at: ago(*days) });
        signals.observations = seen.collect();
        signals
    }

    #[test]
    fn a_cell_or_a_raised_hand_qualifies_and_a_dead_address_never() {
        let definition = MarketingDefinition::default();
        let ask = |signals: &Signals, cell| definition.holds(signals, cell, None, NOW);
        assert_eq!(ask(&signals(&[], &[]), Cell::A2), Some(QualifiedBy::Score));
        assert_eq!(ask(&signals(&[], &[]), Cell::B2), None);
        let raised = [(ObservationKind::HandRaised, 30)];
        assert_eq!(ask(&signals(&[], &raised), Cell::C3), Some(QualifiedBy::HandRaise));
        let long_ago = [(ObservationKind::HandRaised, 31)];
        assert_eq!(ask(&signals(&[], &long_ago), Cell::C3), None);
        let later = [(ObservationKind::HandRaised, -1)];
        assert_eq!(ask(&signals(&[], &later), Cell::C3), None, "not yet");
        let dead = signals(&[("email_verdict", "undeliverable")], &raised);
        assert_eq!(ask(&dead, Cell::A1), None);
    }

    #[test]
    fn after_a_rejection_only_what_is_new_counts() {
        let definition = MarketingDefinition::default();
        let since = Some(ago(5));
        let ask = |seen: &[_], cell| definition.holds(&signals(&[], seen), cell, since, NOW);
        assert_eq!(ask(&[(ObservationKind::HandRaised, 6)], Cell::A1), None);
        let read = [(ObservationKind::GuideRead, 2)];
        assert_eq!(ask(&read, Cell::A1), Some(QualifiedBy::Score));
        assert_eq!(ask(&read, Cell::C1), None);
        let raised = [(ObservationKind::HandRaised, 2)];
        assert_eq!(ask(&raised, Cell::C1), Some(QualifiedBy::HandRaise));
    }

    #[test]
    fn three_active_days_and_a_limit() {
        let rule = |event: Option<&str>, count, at_least| UsageRule {
            event: event.map(str::to_owned),
            count,
            at_least,
            within_days: 14,
        };
        let definition = UsageDefinition {
            written: String::new(),
            usage: vec![
                rule(None, UsageCount::Days, 3),
                rule(Some("limit.reached"), UsageCount::Times, 1),
            ],
        };
        let mut usage = Usage::from([
            ("opened".to_owned(), vec![ago(2), ago(1)]),
            ("limit.reached".to_owned(), vec![ago(2)]),
        ]);
        assert!(!definition.holds(&usage, None, NOW), "two days");
        usage.insert("closed".to_owned(), vec![ago(14)]);
        assert!(!definition.holds(&usage, None, NOW), "out of the window");
        usage.insert("closed".to_owned(), vec![ago(13)]);
        assert!(definition.holds(&usage, None, NOW));
        assert!(!definition.holds(&usage, Some(ago(3)), NOW), "of the lifecycle before");
        assert!(
            !UsageDefinition::default().holds(&usage, None, NOW),
            "nothing asked, nobody meant"
        );
    }

    #[test]
    fn definitions_that_nobody_can_meet_are_refused() {
        let of = |rule| Qualification {
            product: UsageDefinition { written: String::new(), usage: vec![rule] },
            ..Qualification::default()
        };
        let rule = |event: Option<&str>, count, at_least, within_days| UsageRule {
            event: event.map(str::to_owned),
            count,
            at_least,
            within_days,
        };
        assert_eq!(Qualification::default().check(), Ok(()));
        for (rule, fault) in [
            (rule(None, UsageCount::Days, 4, 3), RuleFault::Usage),
            (rule(None, UsageCount::Times, 31, 3), RuleFault::Usage),
            (rule(None, UsageCount::Times, 0, 3), RuleFault::Usage),
            (rule(None, UsageCount::Times, 1, 91), RuleFault::Usage),
            (rule(Some("Has Space"), UsageCount::Times, 1, 3), RuleFault::Name),
        ] {
            assert_eq!(of(rule).check(), Err(fault));
        }
    }
}
