//! A book by columns.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// What a field holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number; two zeros of different sign are the same.
    Number(f64),
    /// A text.
    Text(String),
}

/// What a field holds, where somebody else keeps it.
#[derive(Clone, Copy, Debug)]
pub enum ValueRef<'a> {
    /// Yes or no.
    Flag(bool),
    /// A number; two zeros of different sign are the same.
    Number(f64),
    /// A text.
    Text(&'a str),
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Flag(flag) => Self::Flag(*flag),
            Value::Number(number) => Self::Number(*number),
            Value::Text(text) => Self::Text(text),
        }
    }
}

impl ValueRef<'_> {
    /// A number as it is compared.
    fn key(number: f64) -> f64 {
        if number == 0.0 { 0.0 } else { number }
    }
}

impl Ord for ValueRef<'_> {
    /// Flags before numbers before texts; numbers as they count.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Flag(one), Self::Flag(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => {
                Self::key(*one).total_cmp(&Self::key(*other))
            }
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Flag(_), _) | (Self::Number(_), Self::Text(_)) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

impl PartialOrd for ValueRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Flag(one), Self::Flag(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => {
                Self::key(*one).to_bits() == Self::key(*other).to_bits()
            }
            (Self::Text(one), Self::Text(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for ValueRef<'_> {}

impl Hash for ValueRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Flag(flag) => flag.hash(state),
            Self::Number(number) => Self::key(*number).to_bits().hash(state),
            Self::Text(text) => text.hash(state),
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        ValueRef::from(self).cmp(&other.into())
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        ValueRef::from(self) == other.into()
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ValueRef::from(self).hash(state);
    }
}

/// One code a lead, as narrow as the number of distinct values allows. Code 0 is nothing known; the
/// others are in the order of their values.
#[derive(Clone, Debug)]
pub(crate) enum Codes {
    /// Up to 255 values.
    Narrow(Vec<u8>),
    /// Up to 65,535.
    Middle(Vec<u16>),
    /// More.
    Wide(Vec<u32>),
}

/// A field of every lead.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    name: String,
    /// The distinct values; that of code 1 comes first.
    pub values: Vec<Value>,
    /// The code of each lead.
    pub codes: Codes,
}

/// A book, read once and scored many times.
#[derive(Clone, Debug)]
pub struct Table {
    count: usize,
    columns: Vec<Column>,
}

impl Table {
    /// Returns how many leads there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Returns a field and its place, `None` when no lead was asked for it.
    pub(crate) fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }
}

/// A table on its way: leads come one after the other.
#[derive(Clone, Debug, Default)]
pub struct TableBuilder {
    count: usize,
    columns: Vec<Growing>,
}

#[derive(Clone, Debug)]
struct Growing {
    name: String,
    /// Codes in the order of first sight, from 1 on.
    seen: HashMap<Value, u32>,
    codes: Vec<u32>,
}

impl TableBuilder {
    /// Begins a table of these fields.
    #[must_use]
    pub fn new(fields: &[&str]) -> Self {
        let column = |name: &&str| Growing {
            name: (*name).to_owned(),
            seen: HashMap::new(),
            codes: Vec::new(),
        };
        Self { count: 0, columns: fields.iter().map(column).collect() }
    }

    /// Adds a lead: what is known of each field, in the order of the fields. What is missing at the
    /// end is not known.
    pub fn push(&mut self, values: impl IntoIterator<Item = Option<Value>>) {
        self.count += 1;
        for (column, value) in self.columns.iter_mut().zip(values) {
            let next = u32::try_from(column.seen.len() + 1).unwrap_or(u32::MAX);
            let code = value.map_or(0, |value| *column.seen.entry(value).or_insert(next));
            column.codes.push(code);
        }
        for column in &mut self.columns {
            column.codes.resize(self.count, 0);
        }
    }

    /// Ends the table.
    #[must_use]
    pub fn finish(self) -> Table {
        let columns = self.columns.into_iter().map(Growing::finish).collect();
        Table { count: self.count, columns }
    }
}

impl Growing {
    fn finish(self) -> Column {
        let mut seen: Vec<_> = self.seen.into_iter().collect();
        seen.sort_unstable();
        // From the order of first sight to the order of values.
        let mut ordered = vec![0_u32; seen.len() + 1];
        for (code, (_, first)) in (1..).zip(&seen) {
            if let Some(place) = ordered.get_mut(*first as usize) {
                *place = code;
            }
        }
        let codes = self.codes.iter().map(|code| ordered.get(*code as usize).copied().unwrap_or(0));
        let codes = match seen.len() {
            0..=255 => Codes::Narrow(codes.map(|code| code as u8).collect()),
            256..=65_535 => Codes::Middle(codes.map(|code| code as u16).collect()),
            _ => Codes::Wide(codes.collect()),
        };
        Column {
            name: self.name,
            values: seen.into_iter().map(|(value, _)| value).collect(),
            codes,
        }
    }
}
