//! What the outcomes of the book teach: a card of points, how far it can be trusted, and the rules that
//! it would be (PRODUCT X3 to X6).

use std::collections::BTreeSet;

use plumbline_domain::scoring::{
    Condition, FIT_RANGE, LEARNED, Likelihood, Outcomes, Rule, STEPS, read_number,
};
use plumbline_learner::{
    Bin, CannotLearn, CardField, DatasetBuilder, Drift, Evaluation, Learned, Month, Options, Order,
    Rate, Suspicion, Window, learn,
};
use serde::{Deserialize, Serialize};

use crate::{Known, WhatIf, has_asked, month};

/// Facts of which it only counts that they are known: what they say tells one person from another.
const PERSONAL: [&str; 10] = [
    "company",
    "email",
    "mobile",
    "name",
    "need",
    "phone",
    "postal_code",
    "postcode",
    "street",
    "website",
];
/// How many closed leads are learned from, the newest: a book is learned from in seconds, and in the
/// memory of a telephone.
pub const LEARNED_LEADS_MAX: usize = 30_000;
/// From such a share on a field counts as one that is written down after leads come.
const WRITTEN_LATER: f64 = 0.05;
/// Up to here every whole number is one.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// The name of the field that says whether a lead asked for a call when it came.
pub const ASKED: &str = "asked to be contacted";

/// What somebody wants of the fields that are learned from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Fields that nothing is learned from.
    pub excluded: BTreeSet<String>,
    /// Fields that are learned from although they look as if they were only known afterwards.
    pub insisted: BTreeSet<String>,
    /// Whether all leads are learned from, even where the newest alone have shown to be better.
    pub takes_all: bool,
}

/// What was learned, in words and numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// How the card did on newer leads than it was learned from.
    pub measures: Evaluation,
    /// Whether it was learned from the newest tenth alone, and judged on the newest fifth by the tenth
    /// before it; else it is the newest 30 % that the others were judged on.
    pub is_of_newest: bool,
    /// Fields to be careful with.
    pub suspicions: Vec<Doubt>,
    /// Whether a card of the newest tenth alone has shown to be better, whichever this one is.
    pub is_newest_advised: bool,
    /// Whether newer leads turn out otherwise than older ones, a sentence each.
    pub drift: Vec<String>,
    /// What was expected of the newest months, and what came.
    pub months: Vec<Month>,
    /// What makes its points a probability, and how many leads it was learned from.
    pub likelihood: Likelihood,
    /// The card, a line for each bin of the fields that count, the most points first.
    pub lines: Vec<Line>,
    /// The fit that the best fifth, and the better half, of the book have by the rules of the card.
    pub cuts: (i32, i32),
}

/// A field to be careful with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Its name.
    pub field: String,
    /// What is strange about it.
    pub sentence: String,
    /// Whether nothing is learned from it unless somebody insists.
    pub is_left_out: bool,
}

impl From<&Suspicion> for Doubt {
    fn from(suspicion: &Suspicion) -> Self {
        Self {
            field: suspicion.field.clone(),
            sentence: suspicion.to_string(),
            is_left_out: suspicion.is_left_out,
        }
    }
}

/// A line of the card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The fact.
    pub fact: String,
    /// What it is, in words.
    pub value: String,
    /// Its points.
    pub points: i32,
    /// How many of the leads that were so were won.
    pub seen: Rate,
    /// When a rule for it would apply, where there can be one.
    pub when: Option<Condition>,
}

impl Line {
    /// Returns the rule that it would be, where there can be one.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        let id = format!("{LEARNED}{}.{}", self.fact, self.value);
        let label = format!("{}: {}", self.fact.replace('_', " "), self.value);
        let when = self.when.clone().filter(|_| self.points != 0)?;
        Some(Rule::private(id, label, self.points, when))
    }
}

impl WhatIf {
    /// Learns from the newest [`LEARNED_LEADS_MAX`] leads that are old enough to be closed, by what was
    /// known of them, and what they had done, on the day they came: won are those that became customers
    /// within [`crate::CLOSED_AFTER_DAYS`], so that each had as long, and all others are lost.
    ///
    /// # Errors
    /// [`CannotLearn`]: what is missing.
    pub fn learn(&mut self, wishes: Wishes) -> Result<Lesson, CannotLearn> {
        let names = self.facts.iter().cloned().chain([ASKED.to_owned()]).collect();
        let mut builder = DatasetBuilder::new(names);
        let all = (0..).zip(&self.known).zip(&self.features);
        let mut closed: Vec<_> = all
            .filter(|((_, known), _)| self.is_closed(known))
            .map(|((place, known), now)| (known, now, self.arrived.get(&place).unwrap_or(now)))
            .collect();
        // The book is in the order in which leads were written down, which an import is not.
        closed.sort_by_key(|(known, ..)| known.captured_at);
        let start = closed.len().saturating_sub(LEARNED_LEADS_MAX);
        let closed = closed.split_off(start);
        let written_later = self.written_later(&closed);
        for (known, now, then) in closed {
            builder.set_month(&month(known.captured_at));
            // What is known now of what was mostly written down later: somebody may insist on it.
            let facts = self.facts.iter().zip(now.iter().zip(then)).map(|(fact, (now, then))| {
                let is_later = written_later.iter().any(|(name, _)| name == fact);
                if is_later { now } else { then }
            });
            let seen = self.seen.get(known.seen.clone()).unwrap_or_default();
            let asked = has_asked(seen, known.captured_at);
            let cells = facts.map(|value| self.words.get(*value).map_or("", String::as_str));
            let asked = if asked { "yes" } else { "no" };
            builder.push(known.is_won, cells.chain([asked]));
        }
        let dataset = builder.finish();
        let options = Options {
            order: Order::Time,
            window: if wishes.takes_all { Window::All } else { Window::Advised },
            excluded: wishes.excluded.into_iter().collect(),
            insisted: wishes.insisted.into_iter().collect(),
            written_later,
        };
        let learned = learn(&dataset, &options)?;
        let of_field = |field| lines(field, self.has_fractions(&field.name));
        let mut lines: Vec<Line> = learned.card.fields.iter().flat_map(of_field).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.points));
        let cuts = self.cuts(&lines);
        Ok(Lesson {
            measures: learned.own_evaluation().clone(),
            is_of_newest: learned.is_of_newest(),
            is_newest_advised: learned.drift.as_ref().is_some_and(Drift::is_newest_better),
            suspicions: learned.suspicions.iter().map(Doubt::from).collect(),
            drift: drift(&learned),
            months: learned.drift.iter().flat_map(|drift| drift.months.clone()).collect(),
            likelihood: likelihood(&learned),
            lines,
            cuts,
        })
    }

    /// Returns whether anything but whole numbers is among the numbers of a fact.
    fn has_fractions(&self, fact: &str) -> bool {
        let Some(place) = self.facts.iter().position(|known| known == fact) else { return false };
        let mut all = self.features.iter().chain(self.arrived.values());
        all.any(|words| {
            let word = words.get(place).and_then(|word| self.words.get(*word));
            word.is_some_and(|word| word.ends_with(".5"))
        })
    }

    /// Returns the fields that were mostly written down after leads came, with the share: of each lead what
    /// is known now, and what was known then.
    fn written_later(&self, closed: &[(&Known, &Vec<usize>, &Vec<usize>)]) -> Vec<(String, f64)> {
        let is_known = |word: usize| self.words.get(word).is_some_and(|word| !word.is_empty());
        let share = |place: usize| {
            let values = closed.iter().filter_map(|(_, now, then)| {
                let (now, then) = (*now.get(place)?, *then.get(place)?);
                is_known(now).then_some(now != then)
            });
            let (count, later) = values
                .fold((0, 0), |(all, later), is_later| (all + 1, later + u32::from(is_later)));
            f64::from(later) / f64::from(count.max(1))
        };
        let shares = (0..).zip(&self.facts).map(|(place, fact)| (fact.clone(), share(place)));
        shares.filter(|(_, share)| *share >= WRITTEN_LATER).collect()
    }

    /// Returns the fit that the best fifth, and the better half, of the book have by the rules that lines
    /// are.
    fn cuts(&mut self, lines: &[Line]) -> (i32, i32) {
        let rules: Vec<Rule> = lines.iter().filter_map(Line::rule).collect();
        let mut fits = self.sums(&rules, FIT_RANGE).unwrap_or_default();
        fits.sort_unstable();
        let at = |share: usize| fits.get(fits.len() * share / 10).copied().unwrap_or_default();
        (at(8), at(5))
    }
}

/// Returns what is learned from of a fact: of what is personal only that it is known, and of a number what
/// rules make of it.
pub(super) fn feature(fact: &str, value: Option<&str>) -> String {
    let value = value.unwrap_or_default();
    if PERSONAL.contains(&fact) && !value.is_empty() {
        return "known".to_owned();
    }
    match read_number(value) {
        Some((number, true)) => number.to_string(),
        // Between that number and the next.
        Some((number, false)) if number < 0 => format!("-{}.5", -(number + 1)),
        Some((number, false)) => format!("{number}.5"),
        None => value.to_owned(),
    }
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn drift(learned: &Learned) -> Vec<String> {
    let Some(drift) = &learned.drift else { return Vec::new() };
    let per_cent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut sentences: Vec<_> = drift
        .shifts
        .iter()
        .map(|shift| {
            let field = shift.field.replace('_', " ");
            format!("The shares of {field} have shifted (stability index {:.2}).", shift.index)
        })
        .collect();
    if !drift.is_alarm {
        return sentences;
    }
    if drift.is_off {
        sentences.insert(
            0,
            format!(
                "Drift: of the newest 30 % of closed leads {} were won, where the older ones led to expect {}.",
                per_cent(drift.observed),
                per_cent(drift.expected)
            ),
        );
    }
    let off: Vec<&str> =
        drift.months.iter().filter(|month| month.is_off).map(|month| month.name.as_str()).collect();
    if !off.is_empty() {
        sentences.insert(
            usize::from(drift.is_off),
            format!("Further from what was expected than chance takes them: {}.", off.join(", ")),
        );
    }
    sentences.extend(drift.comparison.as_ref().map(|(old, new)| {
        format!(
            "On the newest fifth, a card of the older leads has an AUC of {:.2} and misses the rates by {}; one of the tenth before it alone {:.2} and {}.{}",
            old.auc,
            per_cent(old.calibration_error),
            new.auc,
            per_cent(new.calibration_error),
            match (learned.is_of_newest(), drift.is_newest_better()) {
                (true, _) => " So this card is learned from the newest tenth.",
                (false, true) => " It is advised to learn from the newest tenth; this card is of all.",
                (false, false) => "",
            }
        )
    }));
    sentences
}

fn likelihood(learned: &Learned) -> Likelihood {
    let card = &learned.card;
    let asked = card.fields.iter().find(|field| field.name == ASKED);
    let points = |answer: &str| {
        let bins = asked.map(|field| field.bins.as_slice()).unwrap_or_default();
        let bin = bins.iter().find(|bin| matches!(&bin.bin, Bin::Value(value) if value == answer));
        bin.map_or(0, |bin| bin.points)
    };
    let (leads, won) = (count(learned.window.len()), count(learned.won));
    let mut seen = [Outcomes::default(); STEPS];
    for step in &learned.own_evaluation().calibration {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10")]
        let place = (step.predicted * STEPS as f64) as usize;
        if let Some(outcomes) = seen.get_mut(place.min(STEPS - 1)) {
            *outcomes = Outcomes { leads: count(step.seen.count), won: count(step.seen.won) };
        }
    }
    Likelihood {
        start: card.start,
        asked: points("yes"),
        not_asked: points("no"),
        leads,
        won,
        seen,
    }
}

fn lines(field: &CardField, has_fractions: bool) -> Vec<Line> {
    let values: Vec<String> = field
        .bins
        .iter()
        .filter_map(|bin| match &bin.bin {
            Bin::Value(value) => Some(value.clone()),
            _ => None,
        })
        .collect();
    // The one that all others are measured by stands with them, without points.
    let counts = field.bins.iter().any(|bin| bin.points != 0);
    let bins = field.bins.iter().filter(|_| counts);
    bins.map(|bin| Line {
        fact: field.name.clone(),
        value: words(&bin.bin),
        points: bin.points,
        seen: Rate { won: bin.won, count: bin.count },
        when: condition(&field.name, &bin.bin, &values, has_fractions),
    })
    .collect()
}

/// Says what a bin holds.
fn words(bin: &Bin) -> String {
    match bin {
        Bin::Value(value) => match read_number(value) {
            Some((number, false)) => format!("between {number} and {}", number + 1),
            _ => value.clone(),
        },
        other => other.to_string(),
    }
}

/// Returns what holds for the leads of a bin.
fn condition(name: &str, bin: &Bin, values: &[String], has_fractions: bool) -> Option<Condition> {
    let fact = name.to_owned();
    if name == ASKED {
        return None;
    }
    let one_of = |values: &[String]| is_one_of(&fact, values);
    Some(match bin {
        Bin::Unknown => Condition::Missing { fact },
        Bin::Value(_) if PERSONAL.contains(&name) => Condition::Given { fact },
        Bin::Value(value) => one_of(std::slice::from_ref(value)),
        Bin::Other if values.is_empty() => Condition::Given { fact },
        Bin::Range(None, None) => Condition::Given { fact },
        Bin::Other => Condition::All(vec![
            Condition::Given { fact: fact.clone() },
            Condition::Not(Box::new(one_of(values))),
        ]),
        Bin::Range(above, up_to) => range(&fact, *above, *up_to, has_fractions)?,
    })
}

/// Returns what holds where a fact is a number above the first and up to the second, as they stand among what
/// is learned from: there a fraction is half-way between two whole numbers, whichever it is. `None` of numbers
/// that rules cannot ask about.
fn range(
    fact: &str,
    above: Option<f64>,
    up_to: Option<f64>,
    has_fractions: bool,
) -> Option<Condition> {
    // The whole number at or below, and whether it is that one.
    let whole = |number: f64| {
        let below = number.floor();
        (below.abs() < WHOLE_MAX).then_some((below as i64, below == number))
    };
    let above = above.map_or(Some(None), |above| whole(above).map(Some))?;
    let up_to = up_to.map_or(Some(None), |up_to| whole(up_to).map(Some))?;
    let stands = |is_whole: bool| is_whole && has_fractions;
    let from = above.map(|(below, is_whole)| if stands(is_whole) { below } else { below + 1 });
    let to = up_to.map(|(below, is_whole)| if is_whole { below } else { below + 1 });
    let between = Condition::Between { fact: fact.to_owned(), from, to };
    // Ranges of rules hold both their ends.
    let cut_below = above.filter(|(_, is_whole)| stands(*is_whole)).map(|(below, _)| below);
    let cut_above = up_to.filter(|(_, is_whole)| !is_whole).map(|(below, _)| below + 1);
    Some(without(fact, between, [cut_below, cut_above]))
}

/// Returns what holds where a fact is one of these, as they stand among what is learned from: a number is one
/// however it is written, and a fraction stands for all between two whole numbers.
pub(super) fn is_one_of(fact: &str, values: &[String]) -> Condition {
    let (mut any, mut texts) = (Vec::new(), Vec::new());
    for value in values {
        match read_number(value) {
            Some((number, true)) => any.push(exactly(fact, number)),
            Some((number, false)) => {
                let (from, to) = (Some(number), Some(number + 1));
                let between = Condition::Between { fact: fact.to_owned(), from, to };
                any.push(without(fact, between, [from, to]));
            }
            None => texts.push(value.clone()),
        }
    }
    if !texts.is_empty() {
        any.push(Condition::OneOf { fact: fact.to_owned(), values: texts });
    }
    match <[Condition; 1]>::try_from(any) {
        Ok([only]) => only,
        Err(any) => Condition::Any(any),
    }
}

fn exactly(fact: &str, number: i64) -> Condition {
    Condition::Between { fact: fact.to_owned(), from: Some(number), to: Some(number) }
}

/// Takes whole numbers out of what holds.
fn without(fact: &str, holds: Condition, numbers: [Option<i64>; 2]) -> Condition {
    let not = |number| Condition::Not(Box::new(exactly(fact, number)));
    let mut all: Vec<_> = numbers.into_iter().flatten().map(not).collect();
    if all.is_empty() {
        return holds;
    }
    all.insert(0, holds);
    Condition::All(all)
}
