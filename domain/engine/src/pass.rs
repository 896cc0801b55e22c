//! The pass over a book: leads are taken in blocks, and all leads of a block by one rule after the other.

use std::ops::{AddAssign, Range};

use crate::machine::Machine;
use crate::table::{Codes, Table};

/// Leads that are scored at a time: their sums and masks stay in the first cache.
const BLOCK: usize = 4_096;
/// What a mask is for a lead that it holds for; for the others it is 0.
pub(crate) const HOLDS: i8 = -1;

/// What belongs to each code of a field.
#[derive(Clone, Debug)]
pub(crate) enum ByCode<T> {
    /// The same for all codes of a range, first and last; nothing for the others.
    Ranges(Vec<(u32, u32, T)>),
    /// That of every code.
    Table(Vec<T>),
}

/// What adds to a sum.
#[derive(Clone, Debug)]
pub(crate) enum Term<S> {
    /// The points of each code of the field at a place.
    Field(usize, ByCode<S>),
    /// Points for whom a mask holds.
    Mask(S, Mask),
}

/// Whom a condition over several fields is true of.
#[derive(Clone, Debug)]
pub(crate) enum Mask {
    /// [`HOLDS`] for some codes of the field at a place.
    Field(usize, ByCode<i8>),
    All(Vec<Mask>),
    Any(Vec<Mask>),
}

/// A pass over a table, at one of its blocks.
pub(crate) struct Pass<'a> {
    machine: Machine,
    table: &'a Table,
    rows: Range<usize>,
    spare: Vec<Vec<i8>>,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(table: &'a Table) -> Self {
        Self { machine: Machine::default(), table, rows: 0..0, spare: Vec::new() }
    }

    /// Calls `each` with the scores of every block.
    pub(crate) fn each_block(
        &mut self,
        scores: &mut [i16],
        mut each: impl FnMut(&mut Self, &mut [i16]),
    ) {
        for scores in scores.chunks_mut(BLOCK) {
            self.rows = self.rows.end..self.rows.end + scores.len();
            each(self, scores);
        }
    }

    /// Adds terms whose sum stays within a byte.
    pub(crate) fn add_in_bytes(&mut self, terms: &[Term<i8>], scores: &mut [i16]) {
        let mut sums = self.bytes();
        terms.iter().for_each(|term| self.add(term, &mut sums));
        self.machine.each(scores, &sums, |score, sum| *score += i16::from(sum));
        self.spare.push(sums);
    }

    /// Adds a term.
    pub(crate) fn add<S: Sum>(&mut self, term: &Term<S>, sums: &mut [S]) {
        match term {
            Term::Field(place, points) => self.add_by_code(*place, points, sums),
            Term::Mask(points, mask) => {
                let mut holds = self.bytes();
                self.work_out(mask, &mut holds);
                self.machine.each(sums, &holds, |sum, holds| *sum += points.only(holds == HOLDS));
                self.spare.push(holds);
            }
        }
    }

    /// Gives everybody whom a mask holds for the same score.
    pub(crate) fn set(&mut self, mask: &Mask, alone: i16, scores: &mut [i16]) {
        let mut holds = self.bytes();
        self.work_out(mask, &mut holds);
        for (score, _) in scores.iter_mut().zip(&holds).filter(|(_, holds)| **holds == HOLDS) {
            *score = alone;
        }
        self.spare.push(holds);
    }

    /// Works out a mask into bytes that are all 0.
    fn work_out(&mut self, mask: &Mask, holds: &mut [i8]) {
        let (masks, is_all) = match mask {
            Mask::Field(place, by_code) => return self.add_by_code(*place, by_code, holds),
            Mask::All(masks) => (masks, true),
            Mask::Any(masks) => (masks, false),
        };
        let Some((first, others)) = masks.split_first() else {
            return holds.fill(if is_all { HOLDS } else { 0 });
        };
        self.work_out(first, holds);
        for mask in others {
            let mut one = self.bytes();
            self.work_out(mask, &mut one);
            if is_all {
                self.machine.each(holds, &one, |holds, one| *holds &= one);
            } else {
                self.machine.each(holds, &one, |holds, one| *holds |= one);
            }
            self.spare.push(one);
        }
    }

    /// Returns a byte of 0 for each lead of a block.
    fn bytes(&mut self) -> Vec<i8> {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.resize(self.rows.len(), 0);
        bytes
    }

    fn add_by_code<S: Sum>(&self, place: usize, by_code: &ByCode<S>, sums: &mut [S]) {
        let Some(column) = self.table.columns().get(place) else {
            return;
        };
        let rows = self.rows.clone();
        match &column.codes {
            Codes::Narrow(codes) => self.add_codes(codes.get(rows), by_code, sums),
            Codes::Middle(codes) => self.add_codes(codes.get(rows), by_code, sums),
            Codes::Wide(codes) => self.add_codes(codes.get(rows), by_code, sums),
        }
    }

    fn add_codes<C: Code, S: Sum>(&self, codes: Option<&[C]>, by_code: &ByCode<S>, sums: &mut [S]) {
        let codes = codes.unwrap_or_default();
        match by_code {
            ByCode::Ranges(ranges) => {
                let (pairs, odd) = ranges.as_chunks::<2>();
                pairs.iter().for_each(|ranges| self.add_ranges(codes, ranges, sums));
                odd.iter().for_each(|range| self.add_ranges(codes, &[*range], sums));
            }
            ByCode::Table(points) => {
                for (sum, code) in sums.iter_mut().zip(codes) {
                    *sum += points.get(code.place()).copied().unwrap_or_default();
                }
            }
        }
    }

    fn add_ranges<C: Code, S: Sum, const COUNT: usize>(
        &self,
        codes: &[C],
        ranges: &[(u32, u32, S); COUNT],
        sums: &mut [S],
    ) {
        let ranges = ranges.map(|(first, last, points)| (C::range(first, last), points));
        self.machine.each(sums, codes, |sum, code| {
            for ((start, last), points) in ranges {
                *sum += points.only(code.distance(start) <= last);
            }
        });
    }
}

/// A number that points are summed in.
pub(crate) trait Sum: Copy + Default + AddAssign {
    /// Returns these points where something holds, and none where not.
    fn only(self, holds: bool) -> Self;
}

macro_rules! sum {
    ($($number:ty),*) => {$(
        impl Sum for $number {
            fn only(self, holds: bool) -> Self {
                self & Self::from(holds).wrapping_neg()
            }
        }
    )*};
}
sum!(i8, i16);

/// A code of some width.
trait Code: Copy {
    /// How far a code lies above the first of a range, counted from the least number on: of two numbers
    /// with a sign every machine can compare many at once.
    type Distance: Copy + PartialOrd;
    /// Returns what is taken from a code, and the distance of the last.
    fn range(first: u32, last: u32) -> (Self, Self::Distance);
    /// Returns the distance of a code, above all others where it is not in the range.
    fn distance(self, start: Self) -> Self::Distance;
    /// Returns it as a place.
    fn place(self) -> usize;
}

macro_rules! code {
    ($($width:ty, $distance:ty);*) => {$(
        impl Code for $width {
            type Distance = $distance;
            fn range(first: u32, last: u32) -> (Self, $distance) {
                let start = (first as $width).wrapping_sub(<$distance>::MIN as $width);
                (start, (last as $width).distance(start))
            }
            fn distance(self, start: Self) -> $distance {
                self.wrapping_sub(start) as $distance
            }
            fn place(self) -> usize {
                self as usize
            }
        }
    )*};
}
code!(u8, i8; u16, i16; u32, i32);
