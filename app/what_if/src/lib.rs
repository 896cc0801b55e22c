//! The book on which a model is tried while somebody bends it: read once, scored again and again
//! (PRODUCT X2). It runs beside the page, in a worker of its own.

mod asked;
mod lesson;
mod looking_back;
mod rejections;
#[cfg(test)]
mod tests;
mod week;

use std::collections::{BTreeMap, HashMap};

use plumbline_api::scoring::{Book, BookLead};
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::{RejectReason, Stage, take_back};
use plumbline_domain::scoring::{
    Cell, ENGAGEMENT_RANGE, FIT_RANGE, LookedUp, ModelError, Observation, ObservationKind, Rule,
    ScoringModel, folded, rank,
};
use plumbline_domain::time::{DAY_MS, Timestamp};
use plumbline_engine as engine;
use serde::{Deserialize, Serialize};

use asked::Asked;
pub use lesson::{ASKED, Doubt, LEARNED_LEADS_MAX, Lesson, Line, Wishes};
pub use looking_back::LookedBack;
pub use rejections::{Rejections, Suggestion};
pub use week::Week;

/// The most leads that are listed.
pub const LISTED_MAX: usize = 20;
/// The width of a step of the histograms, in points.
pub const STEP_POINTS: i32 = 10;
/// After how many days a lead that is no customer counts as one that was not won, for looking back.
pub const CLOSED_AFTER_DAYS: i64 = 90;
/// How many cells there are.
const CELLS: usize = Cell::ALL.len();

/// A lead of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Which.
    pub id: LeadId,
    /// Its name, or its address, or nothing.
    pub name: String,
    /// The cell by the model that is published.
    pub from: Cell,
    /// The cell by the model that is tried.
    pub to: Cell,
    /// Its fit by the model that is tried.
    pub fit: i32,
    /// Its engagement by that model.
    pub engagement: i32,
}

/// What a model makes of the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// How many leads there are.
    pub leads: u32,
    /// How many are in each cell, in the order of [`Cell::ALL`].
    pub cells: [u32; CELLS],
    /// How many are in each by the model that is published.
    pub before: [u32; CELLS],
    /// Of how many others another cell is stored than the published model gives them by now: they have grown
    /// quiet since they were scored, and move with whatever is published next.
    pub faded: u32,
    /// What it makes of those that came in the last seven days and that sales does not have yet.
    pub week: Week,
    /// How many have so much fit, in steps of [`STEP_POINTS`] from the lowest on.
    pub fit: Vec<u32>,
    /// How many have so much engagement, likewise.
    pub engagement: Vec<u32>,
    /// How many leave their cell.
    pub moved: u32,
    /// Those of them that go furthest, at most [`LISTED_MAX`].
    pub movers: Vec<Listed>,
    /// Those that are open to call first, at most [`LISTED_MAX`].
    pub first: Vec<Listed>,
}

struct Known {
    id: LeadId,
    name: String,
    captured_at: Timestamp,
    /// Whether all is kept that was known when it came.
    is_known_from_start: bool,
    /// Whether it was won within [`CLOSED_AFTER_DAYS`] of its coming, or on a day that is not known.
    is_won: bool,
    /// What sales rejected it for last.
    rejected_for: Option<RejectReason>,
    /// Whether nobody of sales has it, or has sent it back.
    is_open: bool,
    cell: Cell,
    /// Its place in the list of everything that was seen.
    seen: std::ops::Range<usize>,
}

/// A book, and what was worked out about it so far.
pub struct WhatIf {
    now: Timestamp,
    facts: Vec<String>,
    growing: engine::TableBuilder,
    table: Option<Asked>,
    /// What is learned from: of each lead the place of each fact among the words.
    features: Vec<Vec<usize>>,
    /// Of each lead of which something else is known now than when it came, by its place: what was known
    /// then; and the same for rules.
    arrived: BTreeMap<usize, Vec<usize>>,
    growing_arrived: engine::TableBuilder,
    arrivals: Option<Asked>,
    words: Vec<String>,
    places: HashMap<String, usize>,
    known: Vec<Known>,
    seen: Vec<Observation>,
    /// What each rule of engagement gives each lead: a slider moves one rule, and the others stay.
    given: Vec<(Rule, Vec<i32>)>,
    base: Vec<Cell>,
}

impl WhatIf {
    /// Begins a book; rules will ask about these facts, and the time is the same for all of it.
    #[must_use]
    pub fn new(facts: Vec<String>, now: Timestamp) -> Self {
        let names: Vec<_> = facts.iter().map(String::as_str).collect();
        Self {
            now,
            growing: engine::TableBuilder::new(&names),
            arrived: BTreeMap::new(),
            growing_arrived: engine::TableBuilder::new(&names),
            arrivals: None,
            facts,
            table: None,
            features: Vec::new(),
            words: Vec::new(),
            places: HashMap::new(),
            known: Vec::new(),
            seen: Vec::new(),
            given: Vec::new(),
            base: Vec::new(),
        }
    }

    /// Returns how many leads it has.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.known.len()
    }

    /// Takes in a page of leads. What comes after the first model was tried is left out.
    pub fn add(&mut self, page: Book) {
        if self.table.is_some() {
            return;
        }
        for lead in page.leads {
            let facts = facts_of(&lead);
            if !lead.history.is_empty() {
                let mut then = facts.clone();
                take_back(&lead.history, lead.captured_at, |fact, before| {
                    match before {
                        Some(before) => then.insert(fact.to_owned(), before.clone()),
                        None => then.remove(fact),
                    };
                });
                if then != facts {
                    let (values, features) = self.read(then);
                    self.growing_arrived.push(values);
                    self.arrived.insert(self.known.len(), features);
                }
            }
            let (values, features) = self.read(facts);
            self.growing.push(values);
            self.features.push(features);
            let is_in_time =
                |at: Timestamp| at.since(lead.captured_at) <= CLOSED_AFTER_DAYS * DAY_MS;
            let name = ["name", "email"].into_iter().find_map(|fact| lead.answers.get(fact));
            let start = self.seen.len();
            self.seen.extend(&lead.observations);
            self.known.push(Known {
                id: lead.id,
                name: name.cloned().unwrap_or_default(),
                captured_at: lead.captured_at,
                is_known_from_start: lead.known_since.is_none_or(|since| since <= lead.captured_at),
                is_won: lead.stage == Stage::Customer && lead.won_at.is_none_or(is_in_time),
                rejected_for: lead.rejected_for.or(lead.rejection),
                is_open: lead.stage < Stage::SalesQualified && lead.rejection.is_none(),
                cell: lead.cell,
                seen: start..self.seen.len(),
            });
        }
    }

    /// Returns facts as rules ask about them, and as something is learned from them.
    fn read(
        &mut self,
        mut facts: BTreeMap<String, String>,
    ) -> (Vec<Option<engine::Value>>, Vec<usize>) {
        let (mut values, mut features) = (Vec::new(), Vec::new());
        for fact in &self.facts {
            let value = facts.remove(fact);
            let word = lesson::feature(fact, value.as_deref());
            let next = self.words.len();
            // Rules know no large letters; the first way to write it stands for all.
            let place = *self.places.entry(folded(&word).collect()).or_insert_with(|| {
                self.words.push(word);
                next
            });
            features.push(place);
            values.push(value.map(engine::Value::Text));
        }
        (values, features)
    }

    /// Takes a model as the one that others are compared with. Another than before was published in
    /// between, and the stored leads are in its cells.
    ///
    /// # Errors
    /// When its points go beyond what scores are counted in. Nothing else of it is checked: it is published.
    pub fn set_base(&mut self, model: &ScoringModel) -> Result<(), ModelError> {
        let cells: Vec<Cell> = self.score(model)?.into_iter().map(|(.., cell)| cell).collect();
        if !self.base.is_empty() {
            self.known.iter_mut().zip(&cells).for_each(|(known, cell)| known.cell = *cell);
        }
        self.base = cells;
        Ok(())
    }

    /// Tries a model on the whole book.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn try_model(&mut self, model: &ScoringModel) -> Result<Tried, ModelError> {
        model.check()?;
        let scored = self.score(model)?;
        let steps = |(low, high): (i32, i32)| vec![0; ((high - low) / STEP_POINTS) as usize];
        let mut tried = Tried {
            leads: u32::try_from(scored.len()).unwrap_or(u32::MAX),
            fit: steps(FIT_RANGE),
            engagement: steps(ENGAGEMENT_RANGE),
            week: self.week(model, &scored)?,
            ..Tried::default()
        };
        let mut movers = Vec::new();
        for (place, (fit, engagement, cell)) in scored.iter().enumerate() {
            add_one(&mut tried.cells, *cell as usize);
            add_step(&mut tried.fit, *fit, FIT_RANGE);
            add_step(&mut tried.engagement, *engagement, ENGAGEMENT_RANGE);
            let from = self.base.get(place).copied().unwrap_or(*cell);
            add_one(&mut tried.before, from as usize);
            if from != *cell {
                tried.moved += 1;
                movers.push((cell.urgency().abs_diff(from.urgency()), place));
            } else if self.known.get(place).is_some_and(|known| known.cell != from) {
                tried.faded += 1;
            }
        }
        let ranked = |(place, (fit, engagement, cell)): (usize, &(i32, i32, Cell))| {
            (rank(*cell, *fit, *engagement), place)
        };
        let open =
            |(place, _): &(usize, _)| self.known.get(*place).is_some_and(|known| known.is_open);
        let first = highest(scored.iter().enumerate().filter(open).map(ranked).collect());
        tried.movers = self.list(&highest(movers), &scored);
        tried.first = self.list(&first, &scored);
        Ok(tried)
    }

    /// Whether it is old enough to have been won or lost, and it is known what it was like when it came.
    fn is_closed(&self, known: &Known) -> bool {
        known.is_known_from_start && self.is_old(known)
    }

    fn is_old(&self, known: &Known) -> bool {
        self.now.since(known.captured_at) >= CLOSED_AFTER_DAYS * DAY_MS
    }

    fn list(&self, places: &[(u32, usize)], scored: &[(i32, i32, Cell)]) -> Vec<Listed> {
        let listed = |(_, place): &(u32, usize)| {
            let (known, (fit, engagement, to)) = (self.known.get(*place)?, *scored.get(*place)?);
            let from = self.base.get(*place).copied().unwrap_or(to);
            Some(Listed { id: known.id, name: known.name.clone(), from, to, fit, engagement })
        };
        places.iter().filter_map(listed).collect()
    }

    /// Returns fit, engagement and cell of every lead.
    fn score(&mut self, model: &ScoringModel) -> Result<Vec<(i32, i32, Cell)>, ModelError> {
        let fits = self.sums(&model.rules, FIT_RANGE)?;
        let engagements = self.engagements(model);
        let scored = self.known.iter().zip(fits).zip(engagements);
        let cut = &model.thresholds;
        let each = |((known, fit), engagement): ((&Known, i32), i32)| {
            (fit, engagement, known.cell.after(fit, engagement, cut))
        };
        Ok(scored.map(each).collect())
    }

    /// Returns for every lead what rules of fit add up to, between two bounds.
    fn sums(&mut self, rules: &[Rule], range: (i32, i32)) -> Result<Vec<i32>, ModelError> {
        if self.table.is_none() {
            self.table = Some(Asked::of(&mut self.growing));
        }
        self.table.as_mut().map_or_else(|| Ok(Vec::new()), |table| table.sums(rules.iter(), range))
    }

    fn engagements(&mut self, model: &ScoringModel) -> Vec<i32> {
        let mut given: Vec<(Rule, Vec<i32>)> = Vec::new();
        for rule in model.rules.iter().filter(|rule| rule.when.is_engagement()) {
            let kept = self.given.iter().position(|(known, _)| known == rule);
            given.push(match kept {
                Some(place) => self.given.swap_remove(place),
                None => (rule.clone(), self.given_by(rule)),
            });
        }
        self.given = given;
        let mut sums = vec![0_i32; self.known.len()];
        for (_, points) in &self.given {
            sums.iter_mut()
                .zip(points)
                .for_each(|(sum, points)| *sum = sum.saturating_add(*points));
        }
        for cap in &model.group_caps {
            let mut of_group = vec![0_i32; self.known.len()];
            let group =
                self.given.iter().filter(|(rule, _)| rule.group.as_ref() == Some(&cap.group));
            for (_, points) in group {
                of_group.iter_mut().zip(points).for_each(|(sum, points)| {
                    *sum = sum.saturating_add(*points);
                });
            }
            for (sum, of_group) in sums.iter_mut().zip(of_group) {
                *sum -= (of_group - cap.points).max(0);
            }
        }
        sums.into_iter().map(|sum| sum.clamp(ENGAGEMENT_RANGE.0, ENGAGEMENT_RANGE.1)).collect()
    }

    fn given_by(&self, rule: &Rule) -> Vec<i32> {
        let points = |known: &Known| {
            let seen = self.seen.get(known.seen.clone()).unwrap_or_default();
            rule.engagement(seen, self.now).map_or(0, |earned| earned.points)
        };
        self.known.iter().map(points).collect()
    }
}

/// Whether a lead asked to be contacted when it came.
fn has_asked(seen: &[Observation], came: Timestamp) -> bool {
    seen.iter().any(|seen| seen.kind == ObservationKind::HandRaised && seen.at <= came)
}

/// The calendar month in UTC, as `2026-03`.
fn month(at: Timestamp) -> String {
    let mut day = at.day().to_string();
    day.truncate(day.rfind('-').unwrap_or(day.len()));
    day
}

/// The facts of a lead, as [`plumbline_domain::scoring::Signals::of`] has them.
fn facts_of(lead: &BookLead) -> BTreeMap<String, String> {
    let looked_up = LookedUp {
        class: lead.class,
        verdict: lead.verdict,
        provider: lead.provider.as_deref(),
        phone: lead.phone.as_ref(),
    };
    let mut facts = lead.answers.clone();
    let found = looked_up.facts(&lead.answers).into_iter();
    facts.extend(found.map(|(name, value)| (name.to_owned(), value)));
    facts.insert("form".to_owned(), lead.form_id.to_string());
    facts.insert("source".to_owned(), lead.source.as_str().to_owned());
    facts
}

/// The highest few, the highest first.
fn highest(mut of: Vec<(u32, usize)>) -> Vec<(u32, usize)> {
    // Equals in the order of the book.
    let order = |(one, place): &(u32, usize)| (std::cmp::Reverse(*one), *place);
    if of.len() > LISTED_MAX {
        of.select_nth_unstable_by_key(LISTED_MAX, order);
        of.truncate(LISTED_MAX);
    }
    of.sort_unstable_by_key(order);
    of
}

fn add_one(counts: &mut [u32], place: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count += 1;
    }
}

fn add_step(counts: &mut [u32], points: i32, (low, _): (i32, i32)) {
    // The highest points are in the last step.
    let step = ((points - low).max(0) / STEP_POINTS) as usize;
    add_one(counts, step.min(counts.len().saturating_sub(1)));
}
