//! Whether a team can call those that a model asks it to: of the last seven days, and by other cuts.

use plumbline_domain::scoring::{
    Cell, Condition, FIT_RANGE, HAND_RAISE_DAYS, ModelError, ObservationKind, Rule, ScoringModel,
    Thresholds,
};
use plumbline_domain::time::DAY_MS;
use serde::{Deserialize, Serialize};

use crate::{CELLS, WhatIf, add_one};

/// The width of a step from one cut to the next, in points.
const CUT_STEP: usize = 5;

/// What a model makes of those that came in the last seven days and that sales does not have yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// How many are in each cell, in the order of [`Cell::ALL`].
    pub cells: [u32; CELLS],
    /// How many are marketing qualified by now: by their cell, or because they asked to be contacted.
    pub hot: u32,
    /// The fit that A begins at,
    pub cut: i32,
    /// and how many would be if it began at another, from where B begins on: each fit, and how many.
    pub by_cut: Vec<(i32, u32)>,
}

/// Returns the fits that A could begin at, from where B begins on.
pub(crate) fn cuts(thresholds: &Thresholds) -> impl Iterator<Item = i32> {
    (thresholds.fit_b..=FIT_RANGE.1).step_by(CUT_STEP)
}

/// One of them.
struct Lead {
    fit: i32,
    engagement: i32,
    before: Cell,
    /// Whether it is qualified whatever its cell, or never.
    is_hot: Option<bool>,
}

impl WhatIf {
    /// Looks at the last seven days by a model.
    pub(crate) fn week(
        &mut self,
        model: &ScoringModel,
        scored: &[(i32, i32, Cell)],
    ) -> Result<Week, ModelError> {
        let marketing = &model.qualification.marketing;
        let never = (!marketing.never.is_empty()).then(|| {
            let when = Condition::Any(marketing.never.clone());
            Rule::private("never".to_owned(), "never".to_owned(), 1, when)
        });
        let never = never.map(|rule| self.sums(&[rule], (0, 1))).transpose()?;
        let is_never = |place: usize| {
            never.as_ref().is_some_and(|never| never.get(place).is_some_and(|sum| *sum > 0))
        };
        let has_raised = |seen: std::ops::Range<usize>| {
            let seen = self.seen.get(seen).unwrap_or_default();
            seen.iter().any(|seen| {
                let age = self.now.since(seen.at);
                seen.kind == ObservationKind::HandRaised
                    && (0..=HAND_RAISE_DAYS * DAY_MS).contains(&age)
            })
        };
        let new = self.known.iter().zip(scored).enumerate().filter(|(_, (known, _))| {
            known.is_open && self.now.since(known.captured_at) < 7 * DAY_MS
        });
        let leads: Vec<Lead> = new
            .map(|(place, (known, (fit, engagement, _)))| {
                let is_raised = marketing.hand_raise && has_raised(known.seen.clone());
                let is_hot = if is_never(place) { Some(false) } else { is_raised.then_some(true) };
                Lead { fit: *fit, engagement: *engagement, before: known.cell, is_hot }
            })
            .collect();
        let mut week = Week::default();
        let cell =
            |lead: &Lead, cut: &Thresholds| lead.before.after(lead.fit, lead.engagement, cut);
        let hot = |cut: &Thresholds| {
            let is_hot = |lead: &&Lead| {
                lead.is_hot.unwrap_or_else(|| marketing.cells.contains(&cell(lead, cut)))
            };
            u32::try_from(leads.iter().filter(is_hot).count()).unwrap_or(u32::MAX)
        };
        let cut = &model.thresholds;
        leads.iter().for_each(|lead| add_one(&mut week.cells, cell(lead, cut) as usize));
        (week.hot, week.cut) = (hot(cut), cut.fit_a);
        let at = |fit_a| (fit_a, hot(&Thresholds { fit_a, ..*cut }));
        week.by_cut = cuts(cut).map(at).collect();
        Ok(week)
    }
}
