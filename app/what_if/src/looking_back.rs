//! What became of older leads, by what a model would have made of them when they came.

use std::collections::BTreeMap;

use plumbline_domain::scoring::{Cell, FIT_RANGE, ModelError, Rule, ScoringModel};
use plumbline_learner::{Month, Rate};
use serde::{Deserialize, Serialize};

use crate::asked::Asked;
use crate::week::cuts;
use crate::{CELLS, Known, WhatIf, has_asked, month};

/// How many months are looked at for whether what was learned still holds.
const MONTHS_MAX: usize = 12;
/// No sum of learned points is out of these.
const LEARNED_RANGE: (i32, i32) = (-30_000, 30_000);

/// What became of older leads, by the cell that the model would have put them into when they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LookedBack {
    /// How many of each cell were won.
    pub cells: [Rate; CELLS],
    /// How many were won of those with a fit of so much or more, in the order of [`crate::Week::by_cut`].
    pub by_cut: Vec<Rate>,
    /// What the learned rules of the model led to expect of each of the newest months, and what came; none
    /// where it has no learned rules.
    pub months: Vec<Month>,
    /// Whether so many of these are off that it is time to learn again (PRODUCT J6).
    pub is_off: bool,
    /// How many others are old enough, and it is not known any more what they were like when they came.
    pub forgotten: usize,
}

impl WhatIf {
    /// Looks back: what became of leads that are old enough to be closed, by the cell that the model
    /// would have put them into on the day they came, by what was known of them then.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn look_back(&mut self, model: &ScoringModel) -> Result<LookedBack, ModelError> {
        model.check()?;
        let fits = self.sums_on_arrival(&model.rules, FIT_RANGE)?;
        let mut found = LookedBack::default();
        found.by_cut.resize(cuts(&model.thresholds).count(), Rate::default());
        for (known, fit) in self.known.iter().zip(&fits).filter(|(known, _)| self.is_closed(known))
        {
            let seen = self.seen.get(known.seen.clone()).unwrap_or_default();
            let engagement = model.engagement(seen, known.captured_at);
            let cell = Cell::of(*fit, engagement, &model.thresholds);
            if let Some(rate) = found.cells.get_mut(cell as usize) {
                rate.add(known.is_won);
            }
            let reached = cuts(&model.thresholds).take_while(|cut| fit >= cut);
            found.by_cut.iter_mut().zip(reached).for_each(|(rate, _)| rate.add(known.is_won));
        }
        let forgotten = |known: &&Known| self.is_old(known) && !self.is_closed(known);
        found.forgotten = self.known.iter().filter(forgotten).count();
        found.months = self.months(model)?;
        found.is_off = Month::are_off(&found.months);
        Ok(found)
    }

    /// What the learned rules thought of leads when they came, month by month.
    fn months(&mut self, model: &ScoringModel) -> Result<Vec<Month>, ModelError> {
        let Some(likelihood) = model.likelihood else { return Ok(Vec::new()) };
        let learned: Vec<Rule> = model.learned_rules().cloned().collect();
        let points = self.sums_on_arrival(&learned, LEARNED_RANGE)?;
        let mut judged: BTreeMap<String, Vec<(f64, bool)>> = BTreeMap::new();
        for (known, points) in
            self.known.iter().zip(points).filter(|(known, _)| self.is_closed(known))
        {
            let seen = self.seen.get(known.seen.clone()).unwrap_or_default();
            let chance = likelihood.chance(points, has_asked(seen, known.captured_at));
            judged.entry(month(known.captured_at)).or_default().push((chance, known.is_won));
        }
        let first = judged.len().saturating_sub(MONTHS_MAX);
        Ok(judged.iter().skip(first).map(|(name, judged)| Month::of(name, judged)).collect())
    }

    /// Returns for every lead what rules of fit added up to by what was known of it when it came.
    pub(crate) fn sums_on_arrival(
        &mut self,
        rules: &[Rule],
        range: (i32, i32),
    ) -> Result<Vec<i32>, ModelError> {
        let mut sums = self.sums(rules, range)?;
        let table = self.arrivals.get_or_insert_with(|| Asked::of(&mut self.growing_arrived));
        for (place, then) in self.arrived.keys().zip(table.sums(rules.iter(), range)?) {
            if let Some(sum) = sums.get_mut(*place) {
                *sum = then;
            }
        }
        Ok(sums)
    }
}
