//! Records of people with slips, and who they really are.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use plumbline_domain::duplicates::{Field, LinkageModel, Person, candidate_pairs, group};

use crate::report::{Report, Score};

/// The bars of the lead setting, in which nobody gives a date of birth or an id number.
const SETS: [(&str, f64); 3] = [("febrl2", 0.985), ("febrl3", 0.980), ("febrl4", 0.995)];
const COLUMNS: [(&str, Field); 8] = [
    ("given_name", Field::GivenName),
    ("surname", Field::Surname),
    ("street_number", Field::StreetNumber),
    ("address_1", Field::Street),
    ("address_2", Field::Building),
    ("suburb", Field::Locality),
    ("postcode", Field::Postcode),
    ("state", Field::Region),
];

/// Scores pairs: those offered, those that are right, those that are missed.
pub fn duplicates(folder: &Path, report: &mut Report) {
    for (name, bar) in SETS {
        let path = folder.join(format!("dedup/{name}.csv"));
        let Ok(mut reader) = csv::Reader::from_path(&path) else {
            report.absent(&path);
            continue;
        };
        let headers = reader.headers().expect("a header line").clone();
        let column = |name: &str| headers.iter().position(|header| header == name);
        let entity = column("entity").expect("the column entity");
        let (mut people, mut entities) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.expect("a record");
            let mut person = Person::default();
            for (name, field) in COLUMNS {
                person.set(field, column(name).and_then(|at| record.get(at)).unwrap_or_default());
            }
            people.push(person);
            entities.push(record.get(entity).unwrap_or_default().to_owned());
        }
        let start = Instant::now();
        let pairs = candidate_pairs(&people);
        let model = LinkageModel::learn(&people, &pairs);
        let matches = model.matches(&people, &pairs);
        let took = start.elapsed();
        let mut truth = HashSet::new();
        for (one, entity) in entities.iter().enumerate() {
            for (other, same) in entities.iter().enumerate().skip(one + 1) {
                if entity == same {
                    truth.insert((one as u32, other as u32));
                }
            }
        }
        let offered: HashSet<_> = matches.iter().map(|found| found.pair).collect();
        let mut grouped = HashSet::new();
        for group in group(people.len(), &matches) {
            for (index, one) in group.iter().enumerate() {
                grouped.extend(group.iter().skip(index + 1).map(|other| (*one, *other)));
            }
        }
        let found = pairs.iter().filter(|pair| truth.contains(pair)).count();
        let f1 = f1(&offered, &truth);
        let mut score = Score {
            rows: truth.len(),
            right: offered.intersection(&truth).count(),
            false_accepts: offered.difference(&truth).count(),
            false_rejects: truth.difference(&offered).count(),
            took,
            ..Score::default()
        };
        for (one, other) in offered.symmetric_difference(&truth).take(60) {
            score.note(format!(
                "{} {:?} {:?}",
                truth.contains(&(*one, *other)),
                people[*one as usize],
                people[*other as usize]
            ));
        }
        let bar_text = format!(
            "pairwise F1 {f1:.4} >= {bar} ({} compared, {found} of {} true among them; in groups {:.4})",
            pairs.len(),
            truth.len(),
            self::f1(&grouped, &truth),
        );
        report.line(&format!("duplicates, {name}"), &score, &bar_text, f1 >= bar);
    }
}

fn f1(offered: &HashSet<(u32, u32)>, truth: &HashSet<(u32, u32)>) -> f64 {
    let right = offered.intersection(truth).count() as f64;
    2.0 * right / (offered.len() + truth.len()) as f64
}
