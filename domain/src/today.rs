//! Whom to call first today (PRODUCT G9): by what a lead is worth on average, as far as that is known: by
//! the card that was learned, where there is one, and else by what became of older leads of its cell.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::lead::{Lead, LeadSummary, Play, Rejection, Stage};
use crate::named;
use crate::scoring::{Cell, ScoreReason, ScoringModel};
use crate::time::{DAY_MS, Timestamp};

/// With fewer leads in thirty days a score tells less than the clock (PRODUCT §5.1).
pub const LEADS_A_MONTH_MIN: u32 = 100;
/// With fewer outcomes a cell has no rate of its own (PRODUCT X4).
pub const OUTCOMES_MIN: u32 = 20;
/// After so many days without a sign a lead is worth half.
pub const FRESH_DAYS: i64 = 14;
/// How many leads are listed.
pub const LISTED_MAX: usize = 20;
/// How many reasons are given for each.
const REASONS: usize = 3;

named! {
    /// What the list is ordered by.
    pub enum TodayOrder {
        /// How likely it is to be won, times the value of the deal, times its freshness.
        ExpectedValue = "expected_value",
        /// The time of the last sign: there are too few leads for anything else.
        RecencyFewLeads = "recency_few_leads",
        /// The same: too few older leads have an outcome.
        RecencyFewOutcomes = "recency_few_outcomes",
    }
}

/// What became of older leads: for each cell how many there were, and how many were won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CellOutcomes(pub [(u32, u32); Cell::ALL.len()]);

impl CellOutcomes {
    /// Returns the share of a cell that was won, or that of a quieter cell of the same fit where that is
    /// higher: older leads have grown quiet, so the active cells hold few of them, and nobody is worth
    /// less for being active. Where none of these has enough outcomes it is the share of all; `None`
    /// where all together have too few.
    #[must_use]
    pub fn rate(&self, cell: Cell) -> Option<f64> {
        let rate = |(count, won): (u32, u32)| {
            (count >= OUTCOMES_MIN).then(|| f64::from(won) / f64::from(count))
        };
        let (letter, digit) = cell.bands();
        let of_letter = self.0.chunks(3).nth(letter).unwrap_or_default();
        let quieter = of_letter.iter().skip(digit).filter_map(|outcomes| rate(*outcomes));
        quieter.max_by(f64::total_cmp).or_else(|| {
            rate(self.0.iter().fold((0, 0), |(all, won), cell| (all + cell.0, won + cell.1)))
        })
    }
}

/// A lead of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TodayLead {
    /// The lead.
    pub lead: LeadSummary,
    /// What to do with it; nothing where sales has it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub play: Option<Play>,
    /// When it gave the last sign.
    pub seen_at: Timestamp,
    /// How likely it is to be won, 0 to 1: by the learned card, or the share of older leads of its cell that
    /// was won, where one of these is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// What the deal would be worth, where somebody has noted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal_value: Option<u32>,
    /// What is left of its rate after so long, 0 to 1.
    pub freshness: f64,
    /// What counts most for it, three at most.
    pub reasons: Vec<ScoreReason>,
    /// Why it was rejected, when somebody wanted to look again by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub woken: Option<Rejection>,
}

/// Orders leads that are open: nobody has won them, and whoever was rejected is left alone until the day
/// that was set.
#[must_use]
pub fn today(
    leads: Vec<Lead>,
    outcomes: &CellOutcomes,
    model: &ScoringModel,
    leads_this_month: u32,
    now: Timestamp,
) -> (TodayOrder, Vec<TodayLead>) {
    let mut ids = HashSet::new();
    let mut found: Vec<_> = leads
        .into_iter()
        .filter(|lead| ids.insert(lead.summary.id))
        .filter_map(|lead| candidate(lead, outcomes, model, now))
        .collect();
    let has_rates = found.iter().all(|lead| lead.rate.is_some());
    let order = match (leads_this_month < LEADS_A_MONTH_MIN, has_rates) {
        (true, _) => TodayOrder::RecencyFewLeads,
        (false, false) => TodayOrder::RecencyFewOutcomes,
        (false, true) => TodayOrder::ExpectedValue,
    };
    let usual = usual_value(&found).map_or(1.0, f64::from);
    let value = |lead: &TodayLead| {
        let deal = lead.deal_value.map_or(usual, f64::from);
        lead.rate.unwrap_or_default() * deal * lead.freshness
    };
    found.sort_by(|one, other| {
        let newer = other.seen_at.cmp(&one.seen_at);
        let woken = other.woken.is_some().cmp(&one.woken.is_some());
        let by_value = match order {
            TodayOrder::ExpectedValue => value(other).total_cmp(&value(one)),
            _ => std::cmp::Ordering::Equal,
        };
        // Whoever somebody wanted to see again comes first.
        woken.then(by_value).then(newer).then(other.lead.id.cmp(&one.lead.id))
    });
    found.truncate(LISTED_MAX);
    (order, found)
}

/// Returns the middle of the values that are known: what a deal counts whose value is not. `None` where none
/// is known, and all count the same.
#[must_use]
pub fn usual_value(leads: &[TodayLead]) -> Option<u32> {
    let mut known: Vec<u32> = leads.iter().filter_map(|lead| lead.deal_value).collect();
    known.sort_unstable();
    known.get(known.len().saturating_sub(1) / 2).copied()
}

fn candidate(
    lead: Lead,
    outcomes: &CellOutcomes,
    model: &ScoringModel,
    now: Timestamp,
) -> Option<TodayLead> {
    let rejection = lead.details.rejection;
    let is_due = |rejection: &Rejection| rejection.wake_at.is_some_and(|at| at <= now);
    if lead.summary.stage == Stage::Customer || rejection.is_some_and(|one| !is_due(&one)) {
        return None;
    }
    let seen = lead.details.observations.iter().map(|seen| seen.at).filter(|at| *at <= now);
    let seen_at = seen.max().unwrap_or(lead.summary.captured_at);
    let days = now.since(seen_at).max(0) as f64 / DAY_MS as f64;
    let (deal_value, play) = (lead.deal_value(), lead.play(now));
    let rate = lead.chance(model).or_else(|| outcomes.rate(lead.summary.cell));
    let mut reasons = lead.details.score.reasons;
    reasons.retain(|reason| reason.points > 0 && !reason.is_limit());
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
    reasons.truncate(REASONS);
    Some(TodayLead {
        rate,
        deal_value,
        freshness: (-days / FRESH_DAYS as f64).exp2(),
        lead: lead.summary,
        play,
        seen_at,
        reasons,
        woken: rejection,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::RejectReason;
    use crate::lead::tests::{made, model};
    use crate::scoring::{Condition, Likelihood, Rule};

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn lead(id: u8, cell: Cell, days: i64) -> Lead {
        let at = Timestamp::from_ms(NOW.as_ms() - days * DAY_MS);
        let mut lead = made(id, at, &[]);
        lead.summary.cell = cell;
        lead
    }

    fn listed(leads: Vec<Lead>, outcomes: &CellOutcomes, month: u32) -> (TodayOrder, Vec<i64>) {
        let (order, found) = today(leads, outcomes, &model(), month, NOW);
        let days = |lead: &TodayLead| NOW.since(lead.lead.captured_at) / DAY_MS;
        (order, found.iter().map(days).collect())
    }

    fn outcomes() -> CellOutcomes {
        let mut outcomes = CellOutcomes([(100, 10); 9]);
        outcomes.0[Cell::A1 as usize] = (50, 20);
        outcomes.0[Cell::A2 as usize] = (3, 3);
        outcomes
    }

    #[test]
    fn the_best_rate_comes_first_until_it_is_stale() {
        let leads = || vec![lead(1, Cell::C3, 1), lead(2, Cell::A1, 20), lead(3, Cell::A1, 60)];
        // 0.4 after 20 days is 0.149, 0.1 after a day 0.095, 0.4 after 60 days 0.02.
        assert_eq!(listed(leads(), &outcomes(), 100), (TodayOrder::ExpectedValue, vec![20, 1, 60]));
        assert_eq!(
            listed(leads(), &outcomes(), 99),
            (TodayOrder::RecencyFewLeads, vec![1, 20, 60])
        );
        let few = CellOutcomes([(2, 1); 9]);
        assert_eq!(listed(leads(), &few, 500), (TodayOrder::RecencyFewOutcomes, vec![1, 20, 60]));
    }

    #[test]
    fn a_limit_is_no_reason_to_call() {
        let mut limited = lead(1, Cell::C1, 1);
        let reason = |rule: &str, points| ScoreReason {
            rule: rule.to_owned(),
            label: rule.to_owned(),
            dimension: crate::scoring::Dimension::Fit,
            points,
            age_ms: None,
            times: None,
        };
        limited.details.score.reasons =
            vec![reason("email.undeliverable", -100), reason("floor", 50), reason("role.user", 5)];
        let (_, found) = today(vec![limited], &outcomes(), &model(), 100, NOW);
        let rules: Vec<_> = found[0].reasons.iter().map(|reason| reason.rule.as_str()).collect();
        assert_eq!(rules, ["role.user"]);
    }

    #[test]
    fn a_deal_counts_by_its_value_and_as_the_usual_one_where_that_is_not_known() {
        let mut leads = vec![lead(1, Cell::A1, 1), lead(2, Cell::C3, 2), lead(3, Cell::C3, 3)];
        let value = |lead: &mut Lead, text: &str| {
            drop(lead.details.answers.insert("deal_value".to_owned(), text.to_owned()));
        };
        // 0.4 of the usual 10,000 against 0.1 of 90,000 and of 10,000.
        value(&mut leads[1], "90 000");
        value(&mut leads[2], "10000");
        assert_eq!(listed(leads.clone(), &outcomes(), 100).1, [2, 1, 3]);
        value(&mut leads[1], "a lot");
        assert_eq!(listed(leads, &outcomes(), 100).1, [1, 2, 3]);
    }

    #[test]
    fn what_was_learned_counts_before_the_cell() {
        let mut model = model();
        model.likelihood =
            Some(Likelihood { start: -20, asked: 10, not_asked: 0, leads: 400, won: 90 });
        let when = Condition::Given { fact: "budget".to_owned() };
        let rule = |id: &str, points| Rule::private(id.into(), id.into(), points, when.clone());
        model.rules.extend([rule("learned.budget", 30), rule("own.1", 90)]);
        let mut known = lead(1, Cell::C3, 1);
        known.details.answers.insert("budget".to_owned(), "yes".to_owned());
        let leads = vec![lead(2, Cell::A1, 1), known];
        let (order, found) = today(leads, &CellOutcomes::default(), &model, 500, NOW);
        assert_eq!(order, TodayOrder::ExpectedValue, "no outcomes of cells are needed");
        // Ten points are odds of two to one; twenty below it are of one to four.
        let rates: Vec<_> = found.iter().filter_map(|lead| lead.rate).collect();
        assert!((rates[0] - 2.0 / 3.0).abs() < 1e-9 && (rates[1] - 0.2).abs() < 1e-9, "{rates:?}");
        model.likelihood = None;
        assert_eq!(lead(3, Cell::A1, 1).chance(&model), None);
    }

    #[test]
    fn too_few_outcomes_of_a_cell_borrow_from_all() {
        assert_eq!(outcomes().rate(Cell::A1), Some(0.4));
        assert_eq!(outcomes().rate(Cell::A2), Some(0.1), "of the quieter one");
        let mut quiet = CellOutcomes([(0, 0); 9]);
        quiet.0[Cell::A3 as usize] = (30, 9);
        quiet.0[Cell::C3 as usize] = (70, 1);
        assert_eq!(quiet.rate(Cell::A1), Some(0.3), "nobody is worth less for being active");
        assert_eq!(quiet.rate(Cell::B2), Some(0.1), "of all");
        assert_eq!(CellOutcomes([(2, 1); 9]).rate(Cell::A1), None);
    }

    #[test]
    fn customers_and_the_rejected_are_left_alone_until_the_day() {
        let mut customer = lead(1, Cell::A1, 1);
        customer.summary.stage = Stage::Customer;
        let rejected = |id: u8, days: i64, wake_in: Option<i64>| {
            let mut lead = lead(id, Cell::C3, days);
            lead.summary.stage = Stage::SalesQualified;
            let wake_at = wake_in.map(|days| Timestamp::from_ms(NOW.as_ms() + days * DAY_MS));
            lead.reject(RejectReason::BadTiming, wake_at, NOW).unwrap();
            lead
        };
        let leads = vec![
            customer,
            lead(2, Cell::A1, 2),
            lead(2, Cell::A1, 2),
            rejected(3, 3, None),
            rejected(4, 4, Some(1)),
            rejected(5, 5, Some(-1)),
        ];
        assert_eq!(listed(leads, &outcomes(), 100), (TodayOrder::ExpectedValue, vec![5, 2]));
    }
}
