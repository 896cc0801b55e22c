//! Which pairs are worth comparing: those that share something rare.

use std::collections::{HashMap, HashSet};

use super::person::{Field, Person};

/// A value that more records share says nothing about any two of them.
const BLOCK_MEMBERS_MAX: usize = 400;

/// Returns every pair of records, lower place first, that shares at least one key.
#[must_use]
pub fn candidate_pairs(people: &[Person]) -> Vec<(u32, u32)> {
    let mut blocks: HashMap<String, Vec<u32>> = HashMap::new();
    for (place, person) in (0_u32..).zip(people) {
        for key in keys(person) {
            let block = blocks.entry(key).or_default();
            if block.last() != Some(&place) {
                block.push(place);
            }
        }
    }
    let mut pairs = HashSet::new();
    for block in blocks.values().filter(|block| block.len() <= BLOCK_MEMBERS_MAX) {
        for (index, one) in block.iter().enumerate() {
            for other in block.iter().skip(index + 1) {
                pairs.insert((*one, *other));
            }
        }
    }
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_unstable();
    pairs
}

/// The values by which a record is found again even when half of the others hold slips.
fn keys(person: &Person) -> Vec<String> {
    let mut keys = Vec::new();
    let mut push = |kind: &str, value: &str| {
        if !value.is_empty() {
            keys.push(format!("{kind}:{value}"));
        }
    };
    push("email", person.get(Field::Email));
    push("phone", person.get(Field::Phone));
    // Given name and surname change places, and so do street and building.
    for name in [Field::GivenName, Field::Surname] {
        push("name", person.get(name));
    }
    for line in [Field::Street, Field::Building] {
        push("line", person.get(line));
    }
    push("locality", person.get(Field::Locality));
    push("postcode", person.get(Field::Postcode));
    // Swapped digits leave the same digits behind.
    let mut digits: Vec<char> = person.get(Field::Postcode).chars().collect();
    digits.sort_unstable();
    if !digits.is_empty() && !person.get(Field::StreetNumber).is_empty() {
        let digits: String = digits.into_iter().collect();
        push("number", &format!("{digits}/{}", person.get(Field::StreetNumber)));
    }
    let company = person.get(Field::Company);
    if let Some(initial) = person.get(Field::Surname).chars().next()
        && !company.is_empty()
    {
        push("company", &format!("{initial}/{company}"));
    }
    keys
}
