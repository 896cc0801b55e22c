//! Which pairs are worth comparing: those that share something rare.

use std::collections::HashMap;

use super::person::{Field, Person};

/// A value that more records share says nothing about any two of them.
const BLOCK_MEMBERS_MAX: usize = 400;
/// How many pairs are worth comparing, for each record of a book: what agrees in something rarer comes
/// first. Records of one person share more than one value, of which one is rare.
const PAIRS_PER_RECORD: usize = 20;
/// How many pairs are worth comparing in any book.
const PAIRS_ALWAYS: usize = 100_000;

/// Returns pairs of records, lower place first, that share a key: all those that share a rare one, and
/// of the others as many as are worth the time, 20 for each record.
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
    let is_telling = |block: &Vec<u32>| (2..=BLOCK_MEMBERS_MAX).contains(&block.len());
    let mut blocks: Vec<_> = blocks.into_values().filter(is_telling).collect();
    blocks.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let pairs_max = (people.len() * PAIRS_PER_RECORD).max(PAIRS_ALWAYS);
    let mut pairs = Vec::new();
    for block in blocks {
        if pairs.len() + block.len() * (block.len() - 1) / 2 > pairs_max {
            break;
        }
        for (index, one) in block.iter().enumerate() {
            pairs.extend(block.iter().skip(index + 1).map(|other| (*one, *other)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
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
