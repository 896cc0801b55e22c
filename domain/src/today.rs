//! Whom to call first today (PRODUCT G9): by what a lead is worth on average, as far as that is known: by
//! the card that was learned, where there is one, and else by what became of older leads that came in the
//! cell that it was in when it gave its last sign.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::lead::{Advice, Lead, LeadSummary, Rejection, Stage};
use crate::named;
use crate::scoring::{Cell, Outcomes, ScoreReason, ScoringModel};
use crate::time::{DAY_MS, Timestamp};

/// With fewer leads in thirty days a score tells less than the clock (PRODUCT §5.1).
pub const LEADS_A_MONTH_MIN: u32 = 100;
/// With fewer outcomes a cell has no rate of its own (PRODUCT X4).
pub const OUTCOMES_MIN: u32 = 20;
/// After so many days without a sign a lead is worth half.
pub const FRESH_DAYS: i64 = 14;
/// How many leads are listed.
pub const LISTED_MAX: usize = 20;
/// How many of those that somebody wanted to look at again stand before all others: more of them would
/// hide whoever has just asked.
pub const WOKEN_FIRST_MAX: usize = 5;
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

named! {
    /// What is known of how likely a lead is to be won.
    pub enum ExpectedBy {
        /// The learned card.
        Learned = "learned",
        /// What became of older leads of the same cell.
        Cell = "cell",
        /// What became of older leads of the same fit: of the cell alone there are too few.
        Fit = "fit",
        /// What became of all older leads.
        All = "all",
    }
}

/// How likely a lead is to be won, and what that rests on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Expected {
    /// How likely, 0 to 1.
    pub rate: f64,
    /// By what.
    pub by: ExpectedBy,
    /// What became of older leads like it: by the learned card, of those that it thought as likely.
    pub alike: Outcomes,
}

/// What became of older leads, by the cell that they came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CellOutcomes(pub [Outcomes; Cell::ALL.len()]);

impl CellOutcomes {
    /// Returns what became of all of them.
    #[must_use]
    pub fn all(&self) -> Outcomes {
        self.0.iter().copied().fold(Outcomes::default(), Outcomes::and)
    }

    /// Returns what can be expected of a lead of a cell: what became of that cell, of its fit where the cell
    /// alone has too few outcomes, or of all; `None` where all together have too few.
    #[must_use]
    pub fn expected(&self, cell: Cell) -> Option<Expected> {
        let (letter, _) = cell.bands();
        let of_cell = self.0.get(cell as usize).copied().unwrap_or_default();
        let of_fit = self.0.chunks(3).nth(letter).unwrap_or_default();
        let of_fit = of_fit.iter().copied().fold(Outcomes::default(), Outcomes::and);
        let known =
            [(ExpectedBy::Cell, of_cell), (ExpectedBy::Fit, of_fit), (ExpectedBy::All, self.all())];
        let (by, alike) = known.into_iter().find(|(_, alike)| alike.leads >= OUTCOMES_MIN)?;
        Some(Expected { rate: f64::from(alike.won) / f64::from(alike.leads), by, alike })
    }
}

/// A lead of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TodayLead {
    /// The lead, with the points and the cell of now.
    pub lead: LeadSummary,
    /// Whether a person has set the cell for a while.
    pub is_set_by_hand: bool,
    /// The number to call: in E.164, or as it was typed where no numbering plan reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// When it gave the last sign that does not speak against it.
    pub seen_at: Timestamp,
    /// How likely it is to be won, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// What the deal would be worth, where somebody has noted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal_value: Option<u32>,
    /// What is left of it after so long, 0 to 1.
    pub freshness: f64,
    /// What counts most for it now, three at most.
    pub reasons: Vec<ScoreReason>,
    /// Why it was rejected, when somebody wanted to look again by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub woken: Option<Rejection>,
}

/// Whom to call first.
#[derive(Clone, Debug, PartialEq)]
pub struct TodayList {
    /// What the list is ordered by.
    pub order: TodayOrder,
    /// What a deal counts whose value nobody has noted: the middle of those that are known, of all leads
    /// that were looked at. Where none is, all count the same.
    pub usual_deal_value: Option<u32>,
    /// All that wait for an answer, and then at most [`LISTED_MAX`].
    pub leads: Vec<TodayLead>,
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
) -> TodayList {
    let mut ids = HashSet::new();
    let mut leads: Vec<_> = leads
        .into_iter()
        .filter(|lead| ids.insert(lead.summary.id))
        .filter_map(|lead| candidate(lead, outcomes, model, now))
        .collect();
    let has_rates = leads.iter().all(|lead| lead.expected.is_some());
    let order = match (leads_this_month < LEADS_A_MONTH_MIN, has_rates) {
        (true, _) => TodayOrder::RecencyFewLeads,
        (false, false) => TodayOrder::RecencyFewOutcomes,
        (false, true) => TodayOrder::ExpectedValue,
    };
    let usual_deal_value = middle(leads.iter().filter_map(|lead| lead.deal_value).collect());
    let usual = usual_deal_value.map_or(1.0, f64::from);
    let value = |lead: &TodayLead| {
        let deal = lead.deal_value.map_or(usual, f64::from);
        lead.expected.map_or(0.0, |expected| expected.rate) * deal * lead.freshness
    };
    leads.sort_by(|one, other| {
        let newer = other.seen_at.cmp(&one.seen_at);
        let by_value = match order {
            TodayOrder::ExpectedValue => value(other).total_cmp(&value(one)),
            _ => std::cmp::Ordering::Equal,
        };
        by_value.then(newer).then(other.lead.id.cmp(&one.lead.id))
    });
    // Those whose day came last first, of one day those that are worth most; the others stand where they
    // would without it.
    let due = leads.iter().filter_map(|lead| Some((woken_at(lead)?, lead.lead.id)));
    let mut first: Vec<_> = due.collect();
    first.sort_by_key(|(day, _)| Reverse(*day));
    first.truncate(WOKEN_FIRST_MAX);
    leads.sort_by_key(|lead| !first.iter().any(|(_, id)| *id == lead.lead.id));
    // Whoever asked to be contacted comes before all others until somebody has answered, the longest wait
    // first: these are all listed, and as many others as ever.
    let waits = |lead: &TodayLead| match lead.lead.advice(now) {
        Some(Advice::Answer { since }) => Some(since),
        _ => None,
    };
    leads.sort_by_key(|lead| waits(lead).map_or((true, now), |since| (false, since)));
    let waiting = leads.iter().filter(|lead| waits(lead).is_some()).count();
    leads.truncate(waiting + LISTED_MAX);
    TodayList { order, usual_deal_value, leads }
}

fn woken_at(lead: &TodayLead) -> Option<Timestamp> {
    lead.woken.and_then(|rejection| rejection.wake_at)
}

fn middle(mut known: Vec<u32>) -> Option<u32> {
    known.sort_unstable();
    known.get(known.len().saturating_sub(1) / 2).copied()
}

fn candidate(
    mut lead: Lead,
    outcomes: &CellOutcomes,
    model: &ScoringModel,
    now: Timestamp,
) -> Option<TodayLead> {
    let rejection = lead.details.rejection;
    let is_due = |rejection: &Rejection| rejection.wake_at.is_some_and(|at| at <= now);
    if lead.summary.stage == Stage::Customer || rejection.is_some_and(|one| !is_due(&one)) {
        return None;
    }
    // Whoever unsubscribes is worth no fresh look for that.
    let signs = lead.details.observations.iter().filter(|seen| !seen.kind.speaks_against());
    let seen_at = signs.map(|seen| seen.at).filter(|at| *at <= now).max();
    let seen_at = seen_at.unwrap_or(lead.summary.captured_at);
    let days = now.since(seen_at).max(0) as f64 / DAY_MS as f64;
    let set = lead.details.review.as_ref().and_then(|review| review.cell_at(now));
    let learned = model.likelihood.zip(lead.chance(model)).map(|(likelihood, rate)| Expected {
        rate,
        by: ExpectedBy::Learned,
        alike: likelihood.alike(rate),
    });
    // What it was at its last sign is compared with what others were when they came; what is left of that
    // since then is its freshness.
    let expected = learned
        .or_else(|| outcomes.expected(set.unwrap_or_else(|| lead.score_at(model, seen_at).cell)));
    let score = lead.score_at(model, now);
    let row = &mut lead.summary;
    (row.fit, row.engagement, row.cell) = (score.fit, score.engagement, set.unwrap_or(score.cell));
    (row.waiting_since, row.rejection) = (lead.details.waiting_since, rejection);
    let deal_value = lead.deal_value();
    let typed = lead.details.answers.get("phone").cloned();
    let phone = lead.details.phone.map(|facts| facts.e164).or(typed);
    let mut reasons = score.reasons;
    reasons.retain(|reason| reason.points > 0 && !reason.is_limit());
    reasons.sort_by_key(|reason| Reverse(reason.points));
    reasons.truncate(REASONS);
    Some(TodayLead {
        expected,
        is_set_by_hand: set.is_some(),
        deal_value,
        phone,
        freshness: (-days / FRESH_DAYS as f64).exp2(),
        lead: lead.summary,
        seen_at,
        reasons,
        woken: rejection,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::RejectReason;
    use crate::lead::Review;
    use crate::lead::tests::{made, model};
    use crate::scoring::{Condition, Likelihood, Observation, ObservationKind, Rule, STEPS};

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn days_ago(days: i64) -> Timestamp {
        Timestamp::from_ms(NOW.as_ms() - days * DAY_MS)
    }

    /// A lead that a person has put into a cell.
    fn lead(id: u8, cell: Cell, days: i64) -> Lead {
        let mut lead = made(id, days_ago(days), &[]);
        let review = Review {
            at: NOW,
            author: "Ada".to_owned(),
            reason: "A test".to_owned(),
            model_version: 1,
            cell: Some(cell),
            until: Some(days_ago(-9)),
        };
        lead.set_review(review, NOW);
        lead
    }

    fn listed(leads: Vec<Lead>, outcomes: &CellOutcomes, month: u32) -> (TodayOrder, Vec<i64>) {
        let found = today(leads, outcomes, &model(), month, NOW);
        let days = |lead: &TodayLead| NOW.since(lead.lead.captured_at) / DAY_MS;
        (found.order, found.leads.iter().map(days).collect())
    }

    const fn of(leads: u32, won: u32) -> Outcomes {
        Outcomes { leads, won }
    }

    fn outcomes() -> CellOutcomes {
        let mut outcomes = CellOutcomes([of(100, 10); 9]);
        outcomes.0[Cell::A1 as usize] = of(50, 20);
        outcomes.0[Cell::A2 as usize] = of(3, 3);
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
        let few = CellOutcomes([of(2, 1); 9]);
        assert_eq!(listed(leads(), &few, 500), (TodayOrder::RecencyFewOutcomes, vec![1, 20, 60]));
    }

    #[test]
    fn a_limit_is_no_reason_to_call() {
        let mut model = model();
        let rule = |id: &str, points| {
            let when = Condition::Given { fact: "role".to_owned() };
            Rule::private(id.to_owned(), id.to_owned(), points, when)
        };
        model.rules = vec![rule("low", -100), rule("good", 20), rule("better", 15)];
        let limited = made(1, days_ago(1), &[("role", "user")]);
        let found = today(vec![limited], &outcomes(), &model, 100, NOW);
        let reasons = found.leads[0].reasons.iter().map(|reason| reason.rule.as_str());
        assert_eq!(reasons.collect::<Vec<_>>(), ["good", "better"], "and no floor");
    }

    #[test]
    fn what_has_faded_is_not_called_within_minutes() {
        let model = model();
        let mut asked = made(1, days_ago(60), &[("role", "decision_maker")]);
        let raised = Observation { kind: ObservationKind::HandRaised, at: days_ago(60) };
        asked.details.observations.push(raised);
        assert!(asked.follow(&model, days_ago(60)).is_some());
        assert_eq!((asked.summary.engagement, asked.details.score.cell), (50, Cell::C1));
        // What it was counts for how likely it is; what is left of it for what to do.
        let mut outcomes = outcomes();
        outcomes.0[Cell::C1 as usize] = of(40, 30);
        let found = today(vec![asked], &outcomes, &model, 100, NOW).leads.remove(0);
        assert_eq!((found.lead.cell, found.lead.engagement), (Cell::C3, 13));
        assert_eq!(found.reasons[0].points, 25, "{:?}", found.reasons);
        assert_eq!(found.expected.unwrap().rate, 0.75);
        assert!((found.freshness - (-60.0_f64 / 14.0).exp2()).abs() < 1e-9);
    }

    #[test]
    fn what_speaks_against_a_lead_is_no_sign_of_it() {
        let mut gone = lead(1, Cell::A1, 30);
        let left = Observation { kind: ObservationKind::Unsubscribed, at: days_ago(1) };
        gone.details.observations.push(left);
        let found = today(vec![gone, lead(2, Cell::A1, 9)], &outcomes(), &model(), 9, NOW);
        let seen: Vec<_> = found.leads.iter().map(|lead| lead.seen_at).collect();
        assert_eq!(seen, [days_ago(9), days_ago(30)]);
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
        let mut seen = [Outcomes::default(); STEPS];
        (seen[6], seen[2]) = (of(30, 19), of(90, 17));
        model.likelihood =
            Some(Likelihood { start: -20, asked: 10, not_asked: 0, leads: 400, won: 90, seen });
        let when = Condition::Given { fact: "budget".to_owned() };
        let rule = |id: &str, points| Rule::private(id.into(), id.into(), points, when.clone());
        model.rules.extend([rule("learned.budget", 30), rule("own.1", 90)]);
        let mut known = lead(1, Cell::C3, 1);
        known.details.answers.insert("budget".to_owned(), "yes".to_owned());
        let leads = vec![lead(2, Cell::A1, 1), known];
        let found = today(leads, &CellOutcomes::default(), &model, 500, NOW);
        assert_eq!(found.order, TodayOrder::ExpectedValue, "no outcomes of cells are needed");
        // Ten points are odds of two to one; twenty below it are of one to four.
        let expected: Vec<_> = found.leads.iter().filter_map(|lead| lead.expected).collect();
        assert!((expected[0].rate - 2.0 / 3.0).abs() < 1e-9, "{expected:?}");
        assert!((expected[1].rate - 0.2).abs() < 1e-9, "{expected:?}");
        let alike: Vec<_> = expected.iter().map(|one| (one.by, one.alike)).collect();
        let learned = ExpectedBy::Learned;
        assert_eq!(alike, [(learned, of(30, 19)), (learned, of(90, 17))]);
        model.likelihood = None;
        assert_eq!(lead(3, Cell::A1, 1).chance(&model), None);
    }

    #[test]
    fn too_few_outcomes_of_a_cell_borrow_from_its_fit_or_from_all() {
        let expected = |outcomes: &CellOutcomes, cell| {
            outcomes.expected(cell).map(|one| (one.by, one.alike.won, one.alike.leads))
        };
        assert_eq!(expected(&outcomes(), Cell::A1), Some((ExpectedBy::Cell, 20, 50)));
        assert_eq!(expected(&outcomes(), Cell::A2), Some((ExpectedBy::Fit, 33, 153)));
        let mut few = CellOutcomes([of(1, 0); 9]);
        few.0[Cell::C3 as usize] = of(70, 1);
        assert_eq!(expected(&few, Cell::A1), Some((ExpectedBy::All, 1, 78)));
        assert_eq!(expected(&CellOutcomes([of(2, 1); 9]), Cell::A1), None);
    }

    #[test]
    fn those_to_look_at_again_do_not_hide_whoever_asked() {
        let woken = |id: u8, day: i64| {
            let mut lead = lead(id, Cell::C3, 100);
            lead.summary.stage = Stage::SalesQualified;
            lead.reject(RejectReason::BadTiming, Some(days_ago(day)), days_ago(99)).unwrap();
            lead
        };
        let mut leads: Vec<_> = (1..=30).map(|id| woken(id, i64::from(id))).collect();
        leads.push(lead(99, Cell::A1, 1));
        let found = today(leads, &outcomes(), &model(), 100, NOW).leads;
        let mut days: Vec<_> = found.iter().map(woken_at).collect();
        assert_eq!((days[5], found.len()), (None, LISTED_MAX));
        days[..5].sort_unstable();
        assert_eq!(days[..5], [5, 4, 3, 2, 1].map(|day| Some(days_ago(day))), "{days:?}");

        // Days begin at midnight, so many leads have the same.
        let mut leads: Vec<_> = (1..=30).map(|id| woken(id, 1)).collect();
        leads.push(lead(99, Cell::A1, 1));
        let found = today(leads, &outcomes(), &model(), 100, NOW).leads;
        assert_eq!(found.iter().take_while(|lead| lead.woken.is_some()).count(), WOKEN_FIRST_MAX);
        assert_eq!(found[WOKEN_FIRST_MAX].lead.cell, Cell::A1);
    }

    #[test]
    fn whoever_asked_stands_first_until_answered_the_longest_wait_first() {
        let asked = |id: u8, cell, days| {
            let mut lead = lead(id, cell, days);
            lead.details.waiting_since = Some(days_ago(days));
            lead
        };
        let mut leads = vec![lead(1, Cell::A1, 1), asked(2, Cell::C3, 2), asked(3, Cell::C1, 5)];
        assert_eq!(listed(leads.clone(), &outcomes(), 100).1, [5, 2, 1]);
        assert_eq!(listed(leads.clone(), &outcomes(), 9).1, [5, 2, 1]);
        assert!(leads[2].answer_request(NOW).is_some());
        assert_eq!(listed(leads, &outcomes(), 100).1, [2, 1, 5]);
        let mut many: Vec<_> = (1..=30).map(|id| asked(id, Cell::C3, i64::from(id))).collect();
        many.extend((31..=60).map(|id| lead(id, Cell::A1, 1)));
        assert_eq!(today(many, &outcomes(), &model(), 100, NOW).leads.len(), 30 + LISTED_MAX);
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
