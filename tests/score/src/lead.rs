//! A lead from JSON: only what the model asks about, and without a copy where the text stands there as it is.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use plumbline_engine::{Value, ValueRef};
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What is known of a field.
#[derive(Clone, Debug)]
pub enum Known<'a> {
    Flag(bool),
    Number(f64),
    Text(Cow<'a, str>),
}

impl Known<'_> {
    /// Returns it to be looked at.
    pub fn value(&self) -> ValueRef<'_> {
        match self {
            Self::Flag(flag) => ValueRef::Flag(*flag),
            Self::Number(number) => ValueRef::Number(*number),
            Self::Text(text) => ValueRef::Text(text),
        }
    }
}

impl From<Known<'_>> for Value {
    fn from(known: Known<'_>) -> Self {
        match known {
            Known::Flag(flag) => Self::Flag(flag),
            Known::Number(number) => Self::Number(number),
            Known::Text(text) => Self::Text(text.into_owned()),
        }
    }
}

/// The fields that a model asks about, by name.
#[derive(Debug)]
pub struct Fields {
    places: HashMap<String, usize>,
    /// The names in the order of the first lead, with the place of each where the model asks about it: most leads of
    /// a file have the same, and are not asked for by hash.
    order: Vec<(String, Option<usize>)>,
}

impl Fields {
    /// Takes the fields in the order of their places.
    pub fn new(fields: &[&str]) -> Self {
        let places = fields.iter().enumerate().map(|(place, name)| ((*name).to_owned(), place));
        Self { places: places.collect(), order: Vec::new() }
    }

    /// Reads what is known of each field, by its place.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read<'a>(&mut self, lead: &'a str) -> Result<Vec<Option<Known<'a>>>, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(lead);
        let known = json.deserialize_map(Lead(self))?;
        json.end()?;
        Ok(known)
    }
}

struct Lead<'a>(&'a mut Fields);

impl<'de> Visitor<'de> for Lead<'_> {
    type Value = Vec<Option<Known<'de>>>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a lead")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut known = vec![None; self.0.places.len()];
        let mut turn = 0;
        while let Some(place) = map.next_key_seed(Name(self.0, turn))? {
            turn += 1;
            match place.and_then(|place| known.get_mut(place)) {
                Some(slot) => *slot = map.next_value_seed(Answer)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(known)
    }
}

/// Finds the place of the name that comes in this turn.
struct Name<'a>(&'a mut Fields, usize);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let Self(Fields { places, order }, turn) = self;
        if let Some((_, place)) = order.get(turn).filter(|(known, _)| known == name) {
            return Ok(*place);
        }
        let place = places.get(name).copied();
        if turn == order.len() {
            order.push((name.to_owned(), place));
        }
        Ok(place)
    }
}

/// Reads a value; lists and objects are none.
pub struct Answer;

impl<'de> DeserializeSeed<'de> for Answer {
    type Value = Option<Known<'de>>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Answer {
    type Value = Option<Known<'de>>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(Known::Flag(flag)))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Known::Number(number)))
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Known::Text(Cow::Borrowed(text))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Known::Text(Cow::Owned(text.to_owned()))))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
