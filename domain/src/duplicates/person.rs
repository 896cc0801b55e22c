//! What is compared of a person, field by field.

use crate::named;

named! {
    /// A field that two records are compared by.
    #[expect(missing_docs, reason = "each name is the field itself")]
    pub enum Field {
        GivenName = "given_name",
        Surname = "surname",
        Email = "email",
        Phone = "phone",
        Company = "company",
        StreetNumber = "street_number",
        Street = "street",
        Building = "building",
        Locality = "locality",
        Postcode = "postcode",
        Region = "region",
    }
}

impl Field {
    /// Whether a value of this field belongs to one person, as a rule.
    pub(super) const fn is_ones_own(self) -> bool {
        matches!(self, Self::Email | Self::Phone)
    }

    /// How two different values of this field are compared.
    const fn kind(self) -> Kind {
        match self {
            Self::GivenName
            | Self::Surname
            | Self::Company
            | Self::Street
            | Self::Building
            | Self::Locality => Kind::Words,
            Self::StreetNumber | Self::Postcode => Kind::Digits,
            Self::Email | Self::Phone | Self::Region => Kind::Code,
        }
    }
}

/// What slips look like in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Letters are missed, swapped or heard wrongly.
    Words,
    /// A digit is missed, or two change places.
    Digits,
    /// It is the same or it is not.
    Code,
}

named! {
    /// How far two values agree.
    pub enum Agreement {
        /// They are different.
        Different = "different",
        /// They share much.
        Alike = "alike",
        /// They are a slip apart.
        Close = "close",
        /// They are the same.
        Same = "same",
    }
}

impl Agreement {
    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

/// Jaro–Winkler similarity from which two words are a slip apart, and from which they are alike.
const CLOSE_FROM: f64 = 0.92;
const ALIKE_FROM: f64 = 0.8;

/// One record, as it is compared: lower case, one space between words, empty where nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    values: [String; Field::ALL.len()],
}

impl Person {
    /// Sets a field from raw text.
    pub fn set(&mut self, field: Field, raw: &str) {
        // A phone and a word processor write the apostrophe of text, a keyboard that of typewriters.
        let raw = raw.replace(['\u{2019}', '\u{2018}', '\u{2bc}', '\u{b4}', '`'], "'");
        let words: Vec<String> = raw.split_whitespace().map(str::to_lowercase).collect();
        if let Some(value) = self.values.get_mut(field as usize) {
            *value = words.join(" ");
        }
    }

    /// Returns a field, empty where nothing is known.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        self.values.get(field as usize).map_or("", String::as_str)
    }
}

/// Compares two values; `None` when either is not known.
#[must_use]
pub(super) fn compare(field: Field, one: &str, other: &str) -> Option<Agreement> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one == other {
        return Some(Agreement::Same);
    }
    Some(match field.kind() {
        Kind::Code => Agreement::Different,
        Kind::Digits => match strsim::osa_distance(one, other) {
            1 => Agreement::Close,
            2 if one.len().min(other.len()) >= 4 => Agreement::Alike,
            _ => Agreement::Different,
        },
        Kind::Words => {
            let similarity = strsim::jaro_winkler(one, other);
            if similarity >= CLOSE_FROM {
                Agreement::Close
            } else if similarity >= ALIKE_FROM {
                Agreement::Alike
            } else {
                Agreement::Different
            }
        }
    })
}

/// Compares every field of two records. Two fields that people fill in each other's place (given name
/// and surname, street and building) are compared crosswise when they agree better that way.
#[must_use]
pub(super) fn compare_all(one: &Person, other: &Person) -> [Option<Agreement>; Field::ALL.len()] {
    let mut found = Field::ALL.map(|field| compare(field, one.get(field), other.get(field)));
    for (first, second) in [(Field::GivenName, Field::Surname), (Field::Street, Field::Building)] {
        let straight = [found.get(first as usize), found.get(second as usize)];
        let straight: usize = straight.into_iter().flatten().flatten().map(|a| a.index()).sum();
        let crossed = [
            compare(first, one.get(first), other.get(second)),
            compare(second, one.get(second), other.get(first)),
        ];
        let sum: usize = crossed.iter().flatten().map(|a| a.index()).sum();
        if sum > straight {
            // Two right values in the wrong places are worth a little less than in the right ones.
            for (field, agreement) in [first, second].into_iter().zip(crossed) {
                if let Some(place) = found.get_mut(field as usize) {
                    *place = agreement.map(|a| a.min(Agreement::Close));
                }
            }
        }
    }
    found
}
