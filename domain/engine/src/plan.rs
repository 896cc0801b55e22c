//! A model compiled for one table, and the pass over it.

use std::ops::Range;

use crate::rules::{Condition, RuleError, RuleSet};
use crate::table::{Codes, Column, Table};

/// Leads that are scored at a time: their sums and masks stay in the first cache.
const BLOCK: usize = 2_048;
/// Up to so many ranges of codes are tested one by one, many leads at once; beyond that the points of
/// each code are looked up, one lead at a time.
const RANGES_MAX: usize = 4;

/// A model compiled for one table.
#[derive(Clone, Debug)]
pub struct Plan {
    base: i16,
    lowest: i16,
    highest: i16,
    /// What the rules of one field add, by its place.
    by_field: Vec<(usize, Points)>,
    /// The rules over several fields.
    by_mask: Vec<(i16, Mask)>,
    /// The rules that stop, the last first.
    stops: Vec<(i16, Mask)>,
}

/// Points by code.
#[derive(Clone, Debug)]
enum Points {
    /// The same points for all codes of a range, first and last.
    Ranges(Vec<(u32, u32, i16)>),
    /// The points of every code.
    Table(Vec<i16>),
}

/// Whom a condition is true of.
#[derive(Clone, Debug)]
enum Mask {
    /// The leads whose code of a field is in one of these ranges, first and last.
    Codes(usize, Vec<(u32, u32)>),
    All(Vec<Mask>),
    Any(Vec<Mask>),
    Not(Box<Mask>),
}

impl Plan {
    /// Compiles a model.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn compile(model: &RuleSet, table: &Table) -> Result<Self, RuleError> {
        model.check()?;
        let points = |points: i32| i16::try_from(points).map_err(|_| RuleError::PointsOverflow);
        let mut base = points(model.base)?;
        let mut sums: Vec<Option<Vec<i16>>> = vec![None; table.columns().len()];
        let mut by_mask = Vec::new();
        let mut stops = Vec::new();
        let start = base;
        for rule in &model.rules {
            let points = points(rule.points)?;
            if rule.stops {
                stops.push((start + points, mask(&rule.when, table)));
                continue;
            }
            let column = rule.when.only_field().and_then(|field| table.column(field));
            if let Some((place, column)) = column
                && let Some(sum) = sums.get_mut(place)
            {
                let sum = sum.get_or_insert_with(|| vec![0; column.values.len() + 1]);
                for (sum, holds) in sum.iter_mut().zip(codes_of(&rule.when, column)) {
                    *sum += if holds { points } else { 0 };
                }
            } else if asks_nothing_known(&rule.when, table) {
                base += if rule.when.holds(None) { points } else { 0 };
            } else {
                by_mask.push((points, mask(&rule.when, table)));
            }
        }
        let with_points = |(place, sum): (usize, Option<Vec<i16>>)| Some((place, folded(sum?)));
        let by_field = sums.into_iter().enumerate().filter_map(with_points).collect();
        stops.reverse();
        Ok(Self { base, lowest: model.lowest, highest: model.highest, by_field, by_mask, stops })
    }

    /// Returns the score of every lead of the table that it was compiled for, in their order.
    #[must_use]
    pub fn scores(&self, table: &Table) -> Vec<i16> {
        let mut scores = vec![0; table.count()];
        self.score_into(table, &mut scores);
        scores
    }

    /// Writes the scores into a buffer of one place a lead.
    pub fn score_into(&self, table: &Table, scores: &mut [i16]) {
        let mut masks = Vec::new();
        for (number, scores) in scores.chunks_mut(BLOCK).enumerate() {
            let rows = number * BLOCK..number * BLOCK + scores.len();
            scores.fill(self.base);
            for (place, points) in &self.by_field {
                if let Some(column) = table.columns().get(*place) {
                    add_points(column, &rows, points, scores);
                }
            }
            for (points, mask) in &self.by_mask {
                let mut holds = masks.pop().unwrap_or_else(|| vec![0_u8; BLOCK]);
                work_out(mask, table, &rows, &mut holds, &mut masks);
                for (score, holds) in scores.iter_mut().zip(&holds) {
                    *score += points & i16::from(*holds).wrapping_neg();
                }
                masks.push(holds);
            }
            for (alone, mask) in &self.stops {
                let mut holds = masks.pop().unwrap_or_else(|| vec![0_u8; BLOCK]);
                work_out(mask, table, &rows, &mut holds, &mut masks);
                for (score, _) in scores.iter_mut().zip(&holds).filter(|(_, holds)| **holds != 0) {
                    *score = *alone;
                }
                masks.push(holds);
            }
            for score in scores {
                *score = (*score).clamp(self.lowest, self.highest);
            }
        }
    }
}

/// Whether every field it asks about is one that the table has not.
fn asks_nothing_known(condition: &Condition, table: &Table) -> bool {
    let mut is_known = false;
    condition.fields(&mut |field| is_known |= table.column(field).is_some());
    !is_known
}

/// Returns for each code whether a condition on this one field is true of it.
fn codes_of<'a>(
    condition: &'a Condition,
    column: &'a Column,
) -> impl Iterator<Item = bool> + use<'a> {
    let values = std::iter::once(None).chain(column.values.iter().map(Some));
    values.map(|value| condition.holds(value))
}

/// Returns what is the same for neighbours once: first code, last code, and what it is.
fn ranges<T: PartialEq>(by_code: impl Iterator<Item = T>) -> Vec<(u32, u32, T)> {
    let mut found: Vec<(u32, u32, T)> = Vec::new();
    for (code, what) in (0..).zip(by_code) {
        match found.last_mut() {
            Some((_, last, before)) if *before == what => *last = code,
            _ => found.push((code, code, what)),
        }
    }
    found
}

fn folded(sum: Vec<i16>) -> Points {
    let mut ranges = ranges(sum.iter().copied());
    ranges.retain(|(.., points)| *points != 0);
    if ranges.len() <= RANGES_MAX { Points::Ranges(ranges) } else { Points::Table(sum) }
}

fn mask(condition: &Condition, table: &Table) -> Mask {
    if let Some((place, column)) = condition.only_field().and_then(|field| table.column(field)) {
        let ranges = ranges(codes_of(condition, column)).into_iter();
        let held = ranges.filter_map(|(first, last, holds)| holds.then_some((first, last)));
        return Mask::Codes(place, held.collect());
    }
    let all = |inner: &[Condition]| inner.iter().map(|one| mask(one, table)).collect();
    match condition {
        Condition::All(inner) => Mask::All(all(inner)),
        Condition::Any(inner) => Mask::Any(all(inner)),
        Condition::Not(inner) => Mask::Not(Box::new(mask(inner, table))),
        // A field that no lead has.
        other if other.holds(None) => Mask::All(Vec::new()),
        _ => Mask::Any(Vec::new()),
    }
}

/// Works out a mask: 1 for each lead of the block that it is true of, 0 for the others.
fn work_out(
    mask: &Mask,
    table: &Table,
    rows: &Range<usize>,
    holds: &mut [u8],
    spare: &mut Vec<Vec<u8>>,
) {
    match mask {
        Mask::Codes(place, ranges) => {
            holds.fill(0);
            if let Some(column) = table.columns().get(*place) {
                for range in ranges {
                    mark(column, rows, *range, holds);
                }
            }
        }
        Mask::All(inner) | Mask::Any(inner) => {
            let is_all = matches!(mask, Mask::All(_));
            holds.fill(u8::from(is_all));
            let mut one = spare.pop().unwrap_or_else(|| vec![0; BLOCK]);
            for mask in inner {
                work_out(mask, table, rows, &mut one, spare);
                for (holds, one) in holds.iter_mut().zip(&one) {
                    *holds = if is_all { *holds & *one } else { *holds | *one };
                }
            }
            spare.push(one);
        }
        Mask::Not(inner) => {
            work_out(inner, table, rows, holds, spare);
            holds.iter_mut().for_each(|holds| *holds ^= 1);
        }
    }
}

/// Calls a function that is generic over the width of codes.
macro_rules! with_codes {
    ($column:expr, $rows:expr, $function:ident($($argument:expr),*)) => {
        match &$column.codes {
            Codes::Narrow(codes) => $function(codes.get($rows.clone()).unwrap_or_default(), $($argument),*),
            Codes::Middle(codes) => $function(codes.get($rows.clone()).unwrap_or_default(), $($argument),*),
            Codes::Wide(codes) => $function(codes.get($rows.clone()).unwrap_or_default(), $($argument),*),
        }
    };
}

fn add_points(column: &Column, rows: &Range<usize>, points: &Points, scores: &mut [i16]) {
    match points {
        Points::Ranges(ranges) => {
            for (first, last, points) in ranges {
                with_codes!(column, rows, add_range((*first, *last), *points, scores));
            }
        }
        Points::Table(points) => with_codes!(column, rows, add_table(points, scores)),
    }
}

fn mark(column: &Column, rows: &Range<usize>, range: (u32, u32), holds: &mut [u8]) {
    with_codes!(column, rows, mark_range(range, holds));
}

/// A code of some width.
trait Code: Copy + PartialOrd {
    /// Returns a code as it is; one that is too large is none of these.
    fn of(code: u32) -> Self;
    /// Returns how far it lies above `first`, far above all where it lies below.
    fn above(self, first: Self) -> Self;
    /// Returns it as a place.
    fn place(self) -> usize;
}

macro_rules! code {
    ($($width:ty),*) => {$(
        impl Code for $width {
            fn of(code: u32) -> Self {
                code as Self
            }
            fn above(self, first: Self) -> Self {
                self.wrapping_sub(first)
            }
            fn place(self) -> usize {
                self as usize
            }
        }
    )*};
}
code!(u8, u16, u32);

fn add_range<C: Code>(codes: &[C], (first, last): (u32, u32), points: i16, scores: &mut [i16]) {
    let (first, span) = (C::of(first), C::of(last - first));
    for (score, code) in scores.iter_mut().zip(codes) {
        *score += points & i16::from(code.above(first) <= span).wrapping_neg();
    }
}

fn mark_range<C: Code>(codes: &[C], (first, last): (u32, u32), holds: &mut [u8]) {
    let (first, span) = (C::of(first), C::of(last - first));
    for (holds, code) in holds.iter_mut().zip(codes) {
        *holds |= u8::from(code.above(first) <= span);
    }
}

fn add_table<C: Code>(codes: &[C], points: &[i16], scores: &mut [i16]) {
    for (score, code) in scores.iter_mut().zip(codes) {
        *score += points.get(code.place()).copied().unwrap_or_default();
    }
}
