//! The book on which a model is tried while somebody bends it: read once, scored again and again
//! (PRODUCT X2). It runs beside the page, in a worker of its own.

mod lesson;
mod rejections;

use std::collections::{BTreeMap, HashMap};

use plumbline_api::scoring::{Book, BookLead};
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::{RejectReason, Stage, take_back};
use plumbline_domain::scoring::{
    Cell, Condition, ENGAGEMENT_RANGE, FIT_RANGE, LookedUp, ModelError, Observation, Rule,
    ScoringModel, rank,
};
use plumbline_domain::time::{DAY_MS, Timestamp};
use plumbline_engine as engine;
use plumbline_learner::Rate;
use serde::{Deserialize, Serialize};

pub use lesson::{Doubt, LEARNED_LEADS_MAX, Lesson, Line, Wishes};
pub use rejections::{Rejections, Suggestion};

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
    /// How many of those that came in the last seven days, and are open, are in each.
    pub this_week: [u32; CELLS],
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

/// What became of older leads, by the cell that the model would have put them into when they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedBack {
    /// How many of each cell were won.
    pub cells: [Rate; CELLS],
}

struct Known {
    id: LeadId,
    name: String,
    captured_at: Timestamp,
    /// Whether all is kept that was known when it came.
    is_known_from_start: bool,
    /// Whether it was won within [`CLOSED_AFTER_DAYS`] of its coming, or on a day that is not known.
    is_won: bool,
    rejection: Option<RejectReason>,
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
                rejection: lead.rejection,
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
            let place = *self.places.entry(word).or_insert_with_key(|word| {
                self.words.push(word.clone());
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
    /// What is wrong with the model.
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
        let scored = self.score(model)?;
        let steps = |(low, high): (i32, i32)| vec![0; ((high - low) / STEP_POINTS) as usize];
        let mut tried = Tried {
            leads: u32::try_from(scored.len()).unwrap_or(u32::MAX),
            fit: steps(FIT_RANGE),
            engagement: steps(ENGAGEMENT_RANGE),
            ..Tried::default()
        };
        let mut movers = Vec::new();
        for (place, (fit, engagement, cell)) in scored.iter().enumerate() {
            add_one(&mut tried.cells, *cell as usize);
            add_step(&mut tried.fit, *fit, FIT_RANGE);
            add_step(&mut tried.engagement, *engagement, ENGAGEMENT_RANGE);
            let from = self.base.get(place).copied().unwrap_or(*cell);
            add_one(&mut tried.before, from as usize);
            if let Some(known) = self.known.get(place)
                && known.is_open
                && self.now.since(known.captured_at) < 7 * DAY_MS
            {
                add_one(&mut tried.this_week, *cell as usize);
            }
            if from != *cell {
                tried.moved += 1;
                movers.push((cell.urgency().abs_diff(from.urgency()), place));
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

    /// Looks back: what became of leads that are old enough to be closed, by the cell that the model
    /// would have put them into on the day they came, by what was known of them then.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn look_back(&mut self, model: &ScoringModel) -> Result<LookedBack, ModelError> {
        let mut fits = self.fits(model)?;
        if self.arrivals.is_none() {
            self.arrivals = Some(Asked::of(&mut self.growing_arrived));
        }
        let arrivals = self.arrivals.as_mut().map(|table| table.fits(&model.rules)).transpose()?;
        for (place, then) in self.arrived.keys().zip(arrivals.unwrap_or_default()) {
            if let Some(fit) = fits.get_mut(*place) {
                *fit = then;
            }
        }
        let mut found = LookedBack::default();
        for (known, fit) in self.known.iter().zip(fits) {
            if !self.is_closed(known) {
                continue;
            }
            let seen = self.seen.get(known.seen.clone()).unwrap_or_default();
            let engagement = model.engagement(seen, known.captured_at);
            let cell = Cell::of(fit, engagement, &model.thresholds);
            if let Some(rate) = found.cells.get_mut(cell as usize) {
                rate.won += usize::from(known.is_won);
                rate.count += 1;
            }
        }
        Ok(found)
    }

    /// Whether it is old enough to have been won or lost, and it is known what it was like when it came.
    fn is_closed(&self, known: &Known) -> bool {
        known.is_known_from_start && self.now.since(known.captured_at) >= CLOSED_AFTER_DAYS * DAY_MS
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
        let fits = self.fits(model)?;
        let engagements = self.engagements(model);
        let scored = self.known.iter().zip(fits).zip(engagements);
        let cut = &model.thresholds;
        let each = |((known, fit), engagement): ((&Known, i32), i32)| {
            (fit, engagement, known.cell.after(fit, engagement, cut))
        };
        Ok(scored.map(each).collect())
    }

    fn fits(&mut self, model: &ScoringModel) -> Result<Vec<i32>, ModelError> {
        model.check()?;
        self.fits_by(&model.rules)
    }

    fn fits_by(&mut self, rules: &[Rule]) -> Result<Vec<i32>, ModelError> {
        if self.table.is_none() {
            self.table = Some(Asked::of(&mut self.growing));
        }
        self.table.as_mut().map_or_else(|| Ok(Vec::new()), |table| table.fits(rules))
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

/// A table, and whom the conditions that it was asked are true of: a slider moves points, and then
/// nothing is asked anew.
struct Asked {
    table: engine::Table,
    whom: Vec<(Condition, engine::Whom)>,
}

impl Asked {
    fn of(growing: &mut engine::TableBuilder) -> Self {
        Self { table: std::mem::take(growing).finish(), whom: Vec::new() }
    }

    /// Returns the fit of every lead.
    fn fits(&mut self, rules: &[Rule]) -> Result<Vec<i32>, ModelError> {
        let of_fit = || rules.iter().filter(|rule| !rule.when.is_engagement());
        let whom = of_fit().map(|rule| {
            let kept = self.whom.iter().position(|(known, _)| *known == rule.when);
            kept.map_or_else(
                || (rule.when.clone(), engine::Whom::of(&condition(&rule.when), &self.table)),
                |place| self.whom.swap_remove(place),
            )
        });
        self.whom = whom.collect();
        let weighed = of_fit().zip(&self.whom).map(|(rule, (_, when))| engine::Rule {
            points: rule.points,
            when,
            stops: rule.stops,
        });
        let bound = |points: i32| i16::try_from(points).unwrap_or_default();
        let rules = engine::RuleSet {
            base: 0,
            rules: weighed.collect(),
            lowest: bound(FIT_RANGE.0),
            highest: bound(FIT_RANGE.1),
        };
        let last = || of_fit().next_back().map(|rule| rule.id.clone()).unwrap_or_default();
        let plan = engine::Plan::of(&rules, &self.table)
            .map_err(|_| ModelError::PointsOverflow(last()))?;
        Ok(plan.scores(&self.table).into_iter().map(i32::from).collect())
    }
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

fn condition(when: &Condition) -> engine::Condition {
    let parts = || when.parts().iter().map(condition).collect();
    match when {
        Condition::All(_) => engine::Condition::All(parts()),
        Condition::Any(_) => engine::Condition::Any(parts()),
        Condition::Not(part) => engine::Condition::Not(Box::new(condition(part))),
        other => {
            let question = engine::Question::new(other.question());
            engine::Condition::Asks(other.fact().unwrap_or_default().to_owned(), question)
        }
    }
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

#[cfg(test)]
mod tests {
    use plumbline_domain::form::Form;
    use plumbline_domain::lead::{Lead, LeadDetails};
    use plumbline_domain::scoring::{CountryGroup, ObservationKind, STANDARD_FACTS, score_lead};
    use plumbline_scorer::{Random, default_model, sample};

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    /// The answers, and where the lead came from, as the Worker writes them.
    fn origin_and(details: &LeadDetails) -> BTreeMap<String, String> {
        let mut facts = details.answers.clone();
        for (name, text) in details.attribution.facts() {
            facts.entry(name.to_owned()).or_insert_with(|| text.to_owned());
        }
        facts
    }

    fn book(leads: &[Lead]) -> Book {
        let seen = |lead: &Lead| BookLead {
            id: lead.summary.id,
            captured_at: lead.summary.captured_at,
            stage: lead.summary.stage,
            cell: lead.summary.cell,
            source: lead.summary.source,
            form_id: lead.summary.form_id.clone(),
            class: lead.details.assessment.domain_class,
            verdict: lead.summary.verdict,
            provider: lead.details.assessment.provider.clone(),
            phone: lead.details.phone.clone(),
            rejection: lead.details.rejection.map(|rejection| rejection.reason),
            won_at: lead.details.won_at,
            answers: origin_and(&lead.details),
            history: lead.details.history.clone(),
            known_since: lead.details.known_since,
            observations: lead.details.observations.clone(),
        };
        Book { leads: leads.iter().map(seen).collect(), next: None }
    }

    fn models() -> Vec<ScoringModel> {
        let plain = default_model().unwrap();
        let mut bent = plain.clone();
        let rule = |when: Condition| Rule {
            id: format!("{when:?}"),
            when,
            points: 7,
            stops: false,
            ..plain.rules[1].clone()
        };
        let role = || "role".to_owned();
        let given = Condition::Given { fact: role() };
        let size = || Condition::Matches { fact: "company_size".into(), pattern: "^1+0".into() };
        bent.rules.extend([
            rule(Condition::Missing { fact: role() }),
            rule(Condition::Contains { fact: "name".into(), text: "AN".into() }),
            rule(Condition::InGroup { fact: "country".into(), group: CountryGroup::Nordics }),
            rule(Condition::All(vec![given.clone(), Condition::Not(Box::new(size()))])),
            rule(Condition::Any(vec![size(), Condition::Missing { fact: "shoe_size".into() }])),
            rule(Condition::Silent { days: 20 }),
            Rule {
                at_least: Some(2),
                once: true,
                ..rule(Condition::Observed(ObservationKind::GuideRead))
            },
            Rule {
                fades_in_days: Some(60),
                window_days: Some(50),
                group: Some("web".into()),
                ..rule(Condition::Observed(ObservationKind::Replied))
            },
        ]);
        bent.group_caps[0].points = 3;
        vec![plain, bent]
    }

    #[test]
    fn a_book_is_scored_as_each_of_its_leads_is() {
        let form: Form =
            serde_json::from_str(include_str!("../../../domain/data/demo_form.json")).unwrap();
        let mut random = Random::new(7);
        let models = models();
        let leads: Vec<_> =
            (0..2_000).map(|_| sample::lead(&mut random, &form, &models[0], NOW)).collect();
        let facts = STANDARD_FACTS.map(str::to_owned).to_vec();
        let mut what_if = WhatIf::new(facts, NOW);
        what_if.add(book(&leads));
        // Back and forth: what was worked out for one model is used by the next.
        for model in [&models[0], &models[1], &models[0]] {
            model.check().unwrap();
            let one_by_one: Vec<_> = leads
                .iter()
                .map(|lead| lead.score_at(model, NOW))
                .map(|score| (score.fit, score.engagement, score.cell))
                .collect();
            assert_eq!(what_if.score(model).unwrap(), one_by_one);
        }
        what_if.set_base(&models[0]).unwrap();
        let same = what_if.try_model(&models[0]).unwrap();
        assert_eq!((same.moved, same.cells), (0, same.before));
        let tried = what_if.try_model(&models[1]).unwrap();
        assert!(tried.moved > 0 && tried.movers.len() == LISTED_MAX);
        assert!(tried.movers.iter().all(|mover| mover.from != mover.to));
        for counts in [&tried.cells[..], &tried.before, &tried.fit, &tried.engagement] {
            assert_eq!(counts.iter().sum::<u32>(), 2_000);
        }
        let urgency: Vec<_> = tried.first.iter().map(|lead| lead.to.urgency()).collect();
        assert!(urgency.is_sorted_by(|one, other| one >= other));
        let mut broken = models[0].clone();
        broken.rules[3].points = 20_000;
        assert!(what_if.try_model(&broken).is_err());
    }

    #[test]
    fn looking_back_knows_no_more_than_was_known_on_the_day() {
        let model = default_model().unwrap();
        let form: Form =
            serde_json::from_str(include_str!("../../../domain/data/demo_form.json")).unwrap();
        let mut random = Random::new(11);
        let mut leads: Vec<_> = (0..3_000)
            .map(|_| sample::lead(&mut random, &form, &model, NOW))
            .filter(|lead| NOW.since(lead.summary.captured_at) > CLOSED_AFTER_DAYS * DAY_MS)
            .collect();
        assert!(leads.iter().filter(|lead| !lead.details.history.is_empty()).count() > 100);
        let look = |leads: &[Lead]| {
            let mut what_if = WhatIf::new(STANDARD_FACTS.map(str::to_owned).to_vec(), NOW);
            what_if.add(book(leads));
            what_if.look_back(&model).unwrap()
        };
        // Each lead by itself: as it would have been scored on the day it came.
        let mut expected = LookedBack::default();
        for lead in &leads {
            let came = lead.summary.captured_at;
            let cell = score_lead(&lead.signals_at(came), &model, came).cell;
            let rate = &mut expected.cells[cell as usize];
            rate.won += usize::from(lead.summary.stage == Stage::Customer);
            rate.count += 1;
        }
        assert_eq!(look(&leads), expected);
        // Whoever became a customer later than others had time to is none that was won in that time.
        let won = |found: &LookedBack| found.cells.iter().map(|rate| rate.won).sum::<usize>();
        let late = leads.iter_mut().filter(|lead| lead.details.won_at.is_some()).take(5);
        for lead in late {
            let came = lead.summary.captured_at.as_ms();
            lead.details.won_at = Some(Timestamp::from_ms(came + 91 * DAY_MS));
        }
        assert_eq!(won(&look(&leads)), won(&expected) - 5);
    }

    #[test]
    fn outcomes_teach_what_is_true_of_the_book() {
        let form: Form =
            serde_json::from_str(include_str!("../../../domain/data/demo_form.json")).unwrap();
        let model = default_model().unwrap();
        let book_of = |seed: u64, count: usize| {
            let mut random = Random::new(seed);
            let mut leads: Vec<_> =
                (0..count).map(|_| sample::lead(&mut random, &form, &model, NOW)).collect();
            leads.sort_by_key(|lead| lead.summary.id);
            let mut what_if = WhatIf::new(STANDARD_FACTS.map(str::to_owned).to_vec(), NOW);
            what_if.add(book(&leads));
            what_if
        };
        let lesson = book_of(3, 12_000).learn(Wishes::default()).unwrap();
        assert!(lesson.measures.is_better_than_chance() && lesson.measures.auc > 0.65);
        assert!(lesson.measures.calibration_error < 0.05, "{:?}", lesson.measures);
        let points = |fact: &str, value: &str| {
            let line = lesson.lines.iter().find(|line| line.fact == fact && line.value == value);
            line.map_or(0, |line| line.points)
        };
        assert!(points("role", "decision_maker") > points("role", "influencer"));
        assert!(points("role", "student") < points("role", "user"));
        assert!(
            points("asked to be contacted", "yes") > 0 || points("asked to be contacted", "no") < 0
        );
        assert!(points("country", "DE").abs() <= 4, "what means nothing has next to no points");
        // The card as rules is a model that holds together, and orders the book by itself.
        assert!(
            lesson.lines.iter().all(|line| line.when.is_some() || line.fact.starts_with("asked"))
        );
        let rules: Vec<_> = lesson.lines.iter().filter_map(Line::rule).collect();
        assert!(rules.len() > 5);
        assert_eq!(ScoringModel { rules, ..model.clone() }.check(), Ok(()));
        assert!(lesson.cuts.0 > lesson.cuts.1);

        // The newest months are judged, in the order of time, and hold the newest 30 % together.
        let names: Vec<_> = lesson.months.iter().map(|month| month.name.as_str()).collect();
        assert!(names.len() > 1 && names.is_sorted(), "{names:?}");
        let counted = lesson.months.iter().map(|month| month.seen.count).sum::<usize>();
        assert_eq!((counted, lesson.is_of_newest), (lesson.measures.count, false));
        // What sales writes down of those who buy is left out unless somebody insists.
        let doubt = |lesson: &Lesson| {
            lesson.suspicions.iter().find(|doubt| doubt.field == "budget").cloned().unwrap()
        };
        let of_budget = |lesson: &Lesson| lesson.lines.iter().any(|line| line.fact == "budget");
        assert!(doubt(&lesson).is_left_out && !of_budget(&lesson));
        let insisted = Wishes { insisted: ["budget".to_owned()].into(), ..Wishes::default() };
        let insisted = book_of(3, 12_000).learn(insisted).unwrap();
        assert!(!doubt(&insisted).is_left_out && of_budget(&insisted));
        assert!(
            doubt(&lesson).sentence.contains("was written down after the lead came"),
            "{:?}",
            doubt(&lesson)
        );

        let sentence = book_of(4, 150).learn(Wishes::default()).unwrap_err().to_string();
        assert!(sentence.starts_with("not enough outcomes yet"), "{sentence}");
    }
}
