//! A model compiled for one table.

use std::borrow::Borrow;

use crate::pass::{ByCode, HOLDS, Mask, Pass, Sum, Term};
use crate::rules::{Condition, RuleError, RuleSet};
use crate::table::{Column, Table};

/// Up to so many ranges of codes are tested one by one, many leads at once; beyond that the points of
/// each code are looked up, one lead at a time. Where there are no instructions for many numbers at
/// once, looking up is always as good.
const RANGES_MAX: usize =
    if cfg!(all(target_arch = "wasm32", not(target_feature = "simd128"))) { 1 } else { 16 };

/// A model compiled for one table.
#[derive(Clone, Debug)]
pub struct Plan {
    base: i16,
    lowest: i16,
    highest: i16,
    /// What is summed in single bytes, as that is twice as many leads at once.
    groups: Vec<Group>,
    /// What does not fit into one.
    others: Vec<Term<i16>>,
    /// The rules that stop, the last first.
    stops: Vec<(i16, Mask)>,
}

/// Terms whose sum stays within a byte, whatever a lead is like.
#[derive(Clone, Debug, Default)]
struct Group {
    terms: Vec<Term<i8>>,
    least: i8,
    most: i8,
}

/// Points, before it is known in what numbers they are summed.
enum Points {
    /// Those of each code of the field at a place.
    Field(usize, Vec<i16>),
    /// Those for whom a mask holds.
    Mask(i16, Mask),
}

impl Points {
    /// Returns the least and the most that they add.
    fn bounds(&self) -> (i16, i16) {
        let all = match self {
            Self::Field(_, points) => points.as_slice(),
            Self::Mask(points, _) => std::slice::from_ref(points),
        };
        all.iter().fold((0, 0), |(least, most), points| (least.min(*points), most.max(*points)))
    }

    /// Returns them in numbers that they fit into.
    fn term<S: Sum + PartialEq + TryFrom<i16>>(&self) -> Option<Term<S>> {
        let number = |points: &i16| S::try_from(*points).ok();
        Some(match self {
            Self::Field(place, points) => {
                Term::Field(*place, by_code(points.iter().map(number).collect::<Option<_>>()?))
            }
            Self::Mask(points, mask) => Term::Mask(number(points)?, mask.clone()),
        })
    }
}

impl Group {
    /// Takes points in, where they still fit.
    fn take(&mut self, points: &Points) -> Option<()> {
        let (least, most) = points.bounds();
        let least = i8::try_from(i16::from(self.least).checked_add(least)?).ok()?;
        let most = i8::try_from(i16::from(self.most).checked_add(most)?).ok()?;
        self.terms.push(points.term()?);
        (self.least, self.most) = (least, most);
        Some(())
    }
}

impl Plan {
    /// Compiles a model.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn compile(model: &RuleSet, table: &Table) -> Result<Self, RuleError> {
        Self::of(&model.map(|when| Whom::of(when, table)), table)
    }

    /// Compiles a model of which it is known already whom its rules are about: when only points are bent,
    /// nobody is asked again.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub fn of<W: Borrow<Whom>>(model: &RuleSet<W>, table: &Table) -> Result<Self, RuleError> {
        model.check()?;
        let points = |points: i32| i16::try_from(points).map_err(|_| RuleError::PointsOverflow);
        let start = points(model.base)?;
        let mut base = start;
        let mut by_field: Vec<Option<Vec<i16>>> = vec![None; table.columns().len()];
        let mut all = Vec::new();
        let mut stops = Vec::new();
        for rule in &model.rules {
            let points = points(rule.points)?;
            let whom = rule.when.borrow();
            match &whom.0 {
                _ if rule.stops => stops.push((start + points, whom.mask())),
                Known::All(is_all) => base += if *is_all { points } else { 0 },
                Known::Codes(place, holds) => {
                    if let Some(sums) = by_field.get_mut(*place) {
                        let sums = sums.get_or_insert_with(|| vec![0; holds.len()]);
                        for (sum, holds) in sums.iter_mut().zip(holds) {
                            *sum += if *holds { points } else { 0 };
                        }
                    }
                }
                Known::Mask(mask) => all.push(Points::Mask(points, mask.clone())),
            }
        }
        let by_field = by_field.into_iter().enumerate();
        all.extend(by_field.filter_map(|(place, points)| Some(Points::Field(place, points?))));
        let (groups, others) = grouped(&all);
        stops.reverse();
        Ok(Self { base, lowest: model.lowest, highest: model.highest, groups, others, stops })
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
        let mut pass = Pass::new(table);
        pass.each_block(scores, |pass, scores| {
            scores.fill(self.base);
            for group in &self.groups {
                pass.add_in_bytes(&group.terms, scores);
            }
            for term in &self.others {
                pass.add(term, scores);
            }
            for (alone, mask) in &self.stops {
                pass.set(mask, *alone, scores);
            }
            for score in scores {
                *score = (*score).clamp(self.lowest, self.highest);
            }
        });
    }
}

/// Parts points into groups that are summed in bytes, and those that do not fit into one.
fn grouped(all: &[Points]) -> (Vec<Group>, Vec<Term<i16>>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut others = Vec::new();
    for points in all {
        if groups.iter_mut().any(|group| group.take(points).is_some()) {
            continue;
        }
        let mut group = Group::default();
        match group.take(points) {
            Some(()) => groups.push(group),
            None => others.extend(points.term()),
        }
    }
    (groups, others)
}

/// Says what belongs to each code in the way that is worked out fastest.
fn by_code<T: Copy + Default + PartialEq>(codes: Vec<T>) -> ByCode<T> {
    let mut ranges: Vec<(u32, u32, T)> = Vec::new();
    for (code, what) in (0..).zip(&codes) {
        match ranges.last_mut() {
            Some((_, last, before)) if before == what => *last = code,
            _ => ranges.push((code, code, *what)),
        }
    }
    ranges.retain(|(.., what)| *what != T::default());
    if ranges.len() <= RANGES_MAX { ByCode::Ranges(ranges) } else { ByCode::Table(codes) }
}

/// Whom a condition is true of, worked out for one table.
#[derive(Clone, Debug)]
pub struct Whom(Known);

#[derive(Clone, Debug)]
enum Known {
    /// Everybody, or nobody.
    All(bool),
    /// Whether it is true of each code of the field at a place.
    Codes(usize, Vec<bool>),
    /// It is about several fields.
    Mask(Mask),
}

impl Whom {
    /// Asks a condition about every distinct value of the fields that it is about.
    #[must_use]
    pub fn of(condition: &Condition, table: &Table) -> Self {
        let is_known = |field| table.column(field).is_some();
        let mut asks_known = false;
        condition.fields(&mut |field| asks_known |= is_known(field));
        match condition.only_field().and_then(|field| table.column(field)) {
            Some((place, column)) => Self(Known::Codes(place, codes_of(condition, column))),
            None if asks_known => Self(Known::Mask(mask(condition, table, true))),
            None => Self(Known::All(condition.holds(None))),
        }
    }

    fn mask(&self) -> Mask {
        match &self.0 {
            Known::All(is_all) => Mask::of_all(*is_all),
            Known::Codes(place, holds) => Mask::of_codes(*place, holds.iter().copied()),
            Known::Mask(mask) => mask.clone(),
        }
    }
}

/// Returns for each code whether a condition on this one field is true of it.
fn codes_of(condition: &Condition, column: &Column) -> Vec<bool> {
    let values = std::iter::once(None).chain(column.values.iter().map(Some));
    values.map(|value| condition.holds(value.map(Into::into))).collect()
}

impl Mask {
    const fn of_all(is_all: bool) -> Self {
        if is_all { Self::All(Vec::new()) } else { Self::Any(Vec::new()) }
    }

    fn of_codes(place: usize, holds: impl Iterator<Item = bool>) -> Self {
        Self::Field(place, by_code(holds.map(|holds| if holds { HOLDS } else { 0 }).collect()))
    }
}

/// Compiles a condition, or its opposite.
fn mask(condition: &Condition, table: &Table, is_wanted: bool) -> Mask {
    if let Some((place, column)) = condition.only_field().and_then(|field| table.column(field)) {
        let holds = codes_of(condition, column).into_iter();
        return Mask::of_codes(place, holds.map(|holds| holds == is_wanted));
    }
    let all = |inner: &[Condition]| inner.iter().map(|one| mask(one, table, is_wanted)).collect();
    match condition {
        Condition::Not(inner) => mask(inner, table, !is_wanted),
        Condition::All(inner) if is_wanted => Mask::All(all(inner)),
        Condition::Any(inner) if !is_wanted => Mask::All(all(inner)),
        Condition::All(inner) | Condition::Any(inner) => Mask::Any(all(inner)),
        // A field that no lead has.
        other => Mask::of_all(other.holds(None) == is_wanted),
    }
}
