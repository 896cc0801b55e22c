//! Which records are the same person: suggestions with reasons, and never a merge by itself.
//!
//! Fellegi and Sunter's model (1969): each field that two records share or not is worth so many
//! bits, more for a rare value than for a common one. What agreement is worth is learned from the
//! book itself, without labels: chance agreement from its own values, true agreement by
//! expectation–maximization over the pairs that could be matches (VALIDATION §6).

mod blocking;
mod groups;
mod model;
mod person;

pub use blocking::candidate_pairs;
pub use groups::group;
pub use model::{LinkageModel, MERGE_OFFERED_FROM, Match, REVIEW_FROM};
pub use person::{Agreement, Field, Person};

#[cfg(test)]
mod tests {
    use super::*;

    fn person(given: &str, surname: &str, email: &str, company: &str) -> Person {
        let mut person = Person::default();
        person.set(Field::GivenName, given);
        person.set(Field::Surname, surname);
        person.set(Field::Email, email);
        person.set(Field::Company, company);
        person
    }

    /// A book of strangers, so that there is something to learn chance from.
    fn book() -> Vec<Person> {
        let given = ["Amara", "Bence", "Chloe", "Dmitri", "Elif", "Goran", "Hana", "Ines"];
        let surnames = ["Abara", "Berg", "Castell", "Dahl", "Emre", "Fournel", "Grant"];
        (0..400)
            .map(|n: usize| {
                let (first, last) = (given[n % 8], surnames[n / 8 % 7]);
                let company = format!("Company {}", n % 90);
                person(
                    first,
                    &format!("{last}{}", n / 56),
                    &format!("p{n}@c{}.co", n % 90),
                    &company,
                )
            })
            .collect()
    }

    fn found(people: &[Person]) -> Vec<Match> {
        let pairs = candidate_pairs(people);
        LinkageModel::learn(people, &pairs).matches(people, &pairs)
    }

    #[test]
    fn slips_swaps_and_shared_rare_values_are_found_with_their_reasons() {
        let mut people = book();
        let start = u32::try_from(people.len()).unwrap();
        people.push(person("Philippa", "Anstruther", "pip@anstruther.co", "Anstruther & Co"));
        people.push(person("Anstruther", "Phillipa", "pip@anstruther.co", "Anstruther and Co"));
        let matches = found(&people);
        let pair = matches.iter().find(|found| found.pair == (start, start + 1)).unwrap();
        assert!(pair.probability >= MERGE_OFFERED_FROM, "{pair:?}");
        assert_eq!((pair.reasons[0].0, pair.reasons[0].1), (Field::Email, Agreement::Same));
        assert!(pair.reasons.iter().any(|r| r.0 == Field::Surname && r.1 == Agreement::Close));
        assert_eq!(group(people.len(), &matches), [[start, start + 1]]);
    }

    #[test]
    fn people_of_one_company_or_one_name_are_not_one_person() {
        let mut people = book();
        people.push(person("Ada", "Weiss", "ada@acme.co", "Acme"));
        people.push(person("Ben", "Kurz", "ben@acme.co", "Acme"));
        people.push(person("Ada", "Weiss", "a.weiss@other.co", "Other"));
        let start = u32::try_from(people.len()).unwrap() - 3;
        let certain =
            |found: &Match| found.probability >= MERGE_OFFERED_FROM && found.pair.0 >= start;
        assert!(!found(&people).iter().any(certain));
    }

    #[test]
    fn a_book_of_a_few_names_who_is_here_twice_and_nobody_else() {
        let people = [
            person("Clara", "Nyberg", "clara@example.com", "Nyberg Design"),
            person("Ada", "Weiss", "ada@acme.co", "Acme"),
            person("Ben", "Kurz", "ben@acme.co", "Acme"),
            person("Hana", "Grant", "hana@grant.co", "Grant"),
            person("Clara", "Nyberg", "clara.nyberg@example.org", "Nyberg Design"),
        ];
        let pairs: Vec<_> = found(&people).iter().map(|found| found.pair).collect();
        assert_eq!(pairs, [(0, 4)]);
    }

    #[test]
    fn a_book_of_none_or_one_has_no_duplicates() {
        assert!(found(&[]).is_empty());
        assert!(found(&[person("Ada", "Weiss", "ada@acme.co", "")]).is_empty());
        assert!(group(0, &[]).is_empty());
    }

    #[test]
    fn three_pairs_are_one_group() {
        let pair = |one, other| Match { pair: (one, other), probability: 1.0, reasons: Vec::new() };
        let matches = [pair(4, 5), pair(1, 4), pair(2, 3)];
        assert_eq!(group(6, &matches), [vec![1, 4, 5], vec![2, 3]]);
    }
}
