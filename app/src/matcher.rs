//! The search for people who are in the book twice: read page by page, compared part by part, so that
//! whoever runs it can say how far it is.

use plumbline_api::people::LeadPerson;
use plumbline_domain::duplicates::{
    Agreement, Field, LinkageModel, Match, Person, candidate_pairs,
};
use plumbline_domain::id::LeadId;
use serde::{Deserialize, Serialize};

/// The most pairs that are shown; the likeliest ones.
pub const PAIRS_SHOWN_MAX: usize = 300;

/// A lead as far as the list of pairs shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its identity.
    pub id: LeadId,
    /// Its name, or empty.
    pub name: String,
    /// Its address, or empty.
    pub email: String,
    /// Its company, or empty.
    pub company: String,
}

/// Two leads that may be one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundPair {
    /// The two, the older first.
    pub leads: [Known; 2],
    /// How probable it is, 0 to 1.
    pub probability: f64,
    /// What speaks for it and against, in bits, the weightiest first.
    pub reasons: Vec<(Field, Agreement, f64)>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The likeliest pairs, at most [`PAIRS_SHOWN_MAX`].
    pub pairs: Vec<FoundPair>,
    /// How many pairs there are.
    pub count: usize,
    /// How many leads were compared.
    pub leads: usize,
}

/// A search on its way.
#[derive(Debug, Default)]
pub struct Search {
    known: Vec<Known>,
    people: Vec<Person>,
    pairs: Vec<(u32, u32)>,
    model: Option<LinkageModel>,
    matches: Vec<Match>,
}

impl Search {
    /// Takes in leads.
    pub fn add(&mut self, leads: Vec<LeadPerson>) {
        for (known, person) in leads.into_iter().map(compared) {
            self.known.push(known);
            self.people.push(person);
        }
    }

    /// Learns from the book what agreement is worth; returns how many pairs are to be compared.
    pub fn learn(&mut self) -> usize {
        self.pairs = candidate_pairs(&self.people);
        self.model = Some(LinkageModel::learn(&self.people, &self.pairs));
        self.pairs.len()
    }

    /// Compares `count` pairs from the given one on.
    pub fn compare(&mut self, from: usize, count: usize) {
        let end = from.saturating_add(count).min(self.pairs.len());
        if let (Some(model), Some(pairs)) = (&self.model, self.pairs.get(from..end)) {
            self.matches.extend(model.matches(&self.people, pairs));
        }
    }

    /// Returns what was found so far, the likeliest pairs first.
    pub fn found(&mut self) -> Found {
        self.matches.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let known = |place: u32| self.known.get(place as usize).cloned();
        let pair = |found: &Match| {
            let mut leads = [known(found.pair.0)?, known(found.pair.1)?];
            leads.sort_by_key(|lead| lead.id);
            let reasons = found.reasons.clone();
            Some(FoundPair { leads, probability: found.probability, reasons })
        };
        Found {
            pairs: self.matches.iter().take(PAIRS_SHOWN_MAX).filter_map(pair).collect(),
            count: self.matches.len(),
            leads: self.known.len(),
        }
    }
}

fn compared(lead: LeadPerson) -> (Known, Person) {
    let mut person = Person::default();
    let mut words = lead.name.split_whitespace();
    person.set(Field::GivenName, words.next().unwrap_or_default());
    person.set(Field::Surname, words.next_back().unwrap_or_default());
    // A mailbox of a function is read by several people and tells of none of them.
    if !lead.is_role {
        person.set(Field::Email, &lead.mailbox_key);
    }
    person.set(Field::Phone, &lead.phone);
    person.set(Field::Company, &without_legal_form(&lead.company));
    person.set(Field::Street, &lead.street);
    person.set(Field::Locality, &lead.locality);
    person.set(Field::Postcode, &lead.postcode);
    person.set(Field::Region, &lead.region);
    let LeadPerson { id, name, email, company, .. } = lead;
    (Known { id, name, email, company }, person)
}

/// What stands behind a company's name and differs between two spellings of it.
const LEGAL_FORMS: [&str; 16] = [
    "ag",
    "bv",
    "co",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "kg",
    "llc",
    "ltd",
    "limited",
    "oy",
    "plc",
    "sa",
    "sarl",
    "srl",
];

fn without_legal_form(company: &str) -> String {
    let plain = |word: &&str| {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        !LEGAL_FORMS.contains(&word.to_lowercase().as_str())
    };
    company.split_whitespace().filter(plain).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_is_found_and_others_are_not() {
        let lead = |n: u8, name: &str, email: &str, company: &str, is_role: bool| LeadPerson {
            id: LeadId::new(plumbline_domain::time::Timestamp::from_ms(i64::from(n)), [n; 10]),
            name: name.to_owned(),
            email: email.to_owned(),
            company: company.to_owned(),
            mailbox_key: email.to_owned(),
            is_role,
            phone: String::new(),
            street: String::new(),
            locality: String::new(),
            postcode: String::new(),
            region: String::new(),
        };
        let mut search = Search::default();
        let strangers: Vec<_> = (0..100_u8)
            .map(|n| {
                let (name, company) =
                    (format!("Given{} Surname{n}", n % 17), format!("Company{}", n % 40));
                lead(n, &name, &format!("p{n}@c{}.co", n % 40), &company, false)
            })
            .collect();
        search.add(strangers);
        search.add(vec![
            lead(101, "Philippa Anstruther", "pip@anstruther.co", "Anstruther Ltd", false),
            lead(102, "Phillipa Anstruther", "pip@anstruther.co", "Anstruther", false),
            lead(103, "Ann Bell", "info@bell.co", "Bell", true),
            lead(104, "Bob Crane", "info@bell.co", "Bell", true),
        ]);
        let pairs = search.learn();
        search.compare(0, pairs / 2);
        search.compare(pairs / 2, pairs);
        let found = search.found();
        assert_eq!((found.leads, found.count), (104, 1));
        let [pair] = &found.pairs[..] else { unreachable!() };
        assert_eq!(
            pair.leads.each_ref().map(|lead| lead.name.as_str()),
            ["Philippa Anstruther", "Phillipa Anstruther"]
        );
        assert!(pair.probability > 0.95 && pair.reasons[0].0 == Field::Email, "{pair:?}");
    }
}
