//! Fields that look as if they were only known after the outcome (PRODUCT X6).

use std::collections::HashSet;
use std::fmt;

use crate::binning::Binning;
use crate::card::PointCard;
use crate::dataset::{Dataset, Field, Values};
use crate::learning::Options;
use crate::measures::Evaluation;

/// Words that name what is written down after a lead was spoken to.
const LATER_WORDS: [&str; 6] = ["disposition", "duration", "notable", "outcome", "tag", "tags"];
/// Pairs of words that do: a judgement of the lead by somebody, or what happened to it last.
const LATER_PAIRS: [(&str, &[&str]); 2] = [
    ("lead", &["grade", "profile", "quality", "rating", "score", "stage", "status"]),
    ("last", &["activity", "call", "contact", "contacted", "modified", "status", "update"]),
];
/// Words that name a field which tells leads apart and nothing else.
const IDENTIFIER_WORDS: [&str; 5] = ["guid", "id", "number", "no", "uuid"];
/// A field alone that orders leads so well is looked at again,
const TOO_GOOD: f64 = 0.75;
/// and left out when all others together are behind it by so much.
const AHEAD: f64 = 0.01;
/// Nothing that is known when a lead comes orders leads so well alone.
const NEARLY_PERFECT: f64 = 0.93;
/// A field tells leads apart when so many in a hundred of its values are different: a file may hold a lead
/// twice.
const DIFFERENT_PERCENT: usize = 99;
/// So well does the mere presence of a value order leads when it was filled because of the outcome.
const PRESENCE: f64 = 0.6;
/// The most leads that are looked at.
const SAMPLE_MAX: usize = 8_000;

/// What is strange about a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Every lead has another value.
    Identifies,
    /// It was written down after the lead came: the share of what is known of it.
    WrittenLater(f64),
    /// Its name is one of something that is written down afterwards.
    NamedAfterwards,
    /// Alone it orders leads better than all other fields together: AUC alone, and of the others.
    TooGood(f64, f64),
    /// Alone it orders leads nearly perfectly: its AUC. Another field may do as well, and be as late.
    NearlyPerfect(f64),
    /// Whether it is filled tells the outcome: the share that is filled, and the rates of won leads
    /// with it and without it.
    FilledByOutcome {
        /// The share of leads that have it.
        filled: f64,
        /// The share of them that was won.
        won_with: f64,
        /// The share of the others that was won.
        won_without: f64,
    },
}

/// A field that is strange, and whether it is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspicion {
    /// The name of the field.
    pub field: String,
    /// What is strange about it.
    pub reason: Reason,
    /// Whether nothing is learned from it unless somebody insists.
    pub is_left_out: bool,
}

impl fmt::Display for Suspicion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = if self.is_left_out { "left out" } else { "kept, but look at it" };
        write!(formatter, "{}: {fate}; ", self.field)?;
        match self.reason {
            Reason::Identifies => formatter.write_str("it only tells leads apart"),
            Reason::WrittenLater(share) => write!(
                formatter,
                "{:.0} % of what is known of it was written down after the lead came",
                share * 100.0
            ),
            Reason::NamedAfterwards => formatter.write_str("by its name it is known afterwards"),
            Reason::TooGood(alone, others) => write!(
                formatter,
                "alone it orders leads better than all others together (AUC {alone:.3} and {others:.3}), as what is known afterwards does"
            ),
            Reason::NearlyPerfect(alone) => write!(
                formatter,
                "alone it orders leads nearly perfectly (AUC {alone:.3}), as only what is known afterwards does"
            ),
            Reason::FilledByOutcome { filled, won_with, won_without } => write!(
                formatter,
                "filled for {:.0} % of leads, of which {:.0} % were won, and {:.0} % of the others",
                filled * 100.0,
                won_with * 100.0,
                won_without * 100.0
            ),
        }
    }
}

/// Looks at every field of these; what somebody insists on is never left out.
pub(crate) fn inspect(dataset: &Dataset, fields: &[usize], options: &Options) -> Vec<Suspicion> {
    let insisted = &options.insisted;
    let mut found: Vec<Suspicion> = Vec::new();
    let mut rest = Vec::new();
    for place in fields {
        let Some(field) = dataset.fields.get(*place) else { continue };
        let is_insisted = insisted.contains(&field.name);
        let suspicion = |reason, is_left_out: bool| Suspicion {
            field: field.name.clone(),
            reason,
            is_left_out: is_left_out && !is_insisted,
        };
        let later = options.written_later.iter().find(|(name, _)| *name == field.name);
        let own = if let Some((_, share)) = later {
            Some(suspicion(Reason::WrittenLater(*share), true))
        } else if identifies(field) {
            Some(suspicion(Reason::Identifies, true))
        } else if is_named_afterwards(&field.name) {
            Some(suspicion(Reason::NamedAfterwards, true))
        } else {
            // What most leads lack is filled by whoever works on a lead; what few lack, by chance too.
            presence(dataset, field).map(|(reason, filled)| suspicion(reason, filled < 0.5))
        };
        if own.as_ref().is_none_or(|own| !own.is_left_out) {
            rest.push(*place);
        }
        found.extend(own);
    }
    while let Some((place, reason)) = too_good(dataset, &rest) {
        let Some(field) = dataset.fields.get(place) else { break };
        let is_left_out = !insisted.contains(&field.name);
        found.retain(|other| other.field != field.name);
        found.push(Suspicion { field: field.name.clone(), reason, is_left_out });
        rest.retain(|other| *other != place);
    }
    found
}

/// The words of a name in small letters: `lastContact`, `last_contact` and `Last contact` are one.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && before.is_lowercase();
        if begins || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_named_afterwards(name: &str) -> bool {
    let words = words(name);
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let pair =
        |(first, others): &(&str, &[&str])| has(first) && others.iter().any(|word| has(word));
    LATER_WORDS.iter().any(|word| has(word)) || LATER_PAIRS.iter().any(pair)
}

/// Whether a name is that of a number that leads are told apart by, and not of a number of something.
fn counts_leads(name: &str) -> bool {
    let words = words(name);
    let is_one = |word: &String| IDENTIFIER_WORDS.contains(&word.as_str());
    words.iter().any(is_one) && !words.iter().any(|word| word == "of")
}

fn identifies(field: &Field) -> bool {
    match &field.values {
        Values::Texts(texts) => {
            let known: Vec<_> = texts.iter().flatten().collect();
            let distinct: HashSet<_> = known.iter().collect();
            known.len() >= 100 && distinct.len() * 10 >= known.len() * 9
        }
        Values::Numbers(numbers) => {
            let known: Vec<f64> = numbers.iter().flatten().copied().collect();
            let distinct: HashSet<_> = known.iter().map(|number| number.to_bits()).collect();
            let is_whole = known.iter().all(|number| number.fract() == 0.0);
            let is_all_different = known.len() >= 100
                && distinct.len() * 100 >= known.len() * DIFFERENT_PERCENT
                && is_whole;
            is_all_different
                && (counts_leads(&field.name)
                    || known.is_sorted()
                    || known.iter().rev().is_sorted())
        }
    }
}

/// Returns the reason when the presence of a value tells the outcome, with the share that is filled.
fn presence(dataset: &Dataset, field: &Field) -> Option<(Reason, f64)> {
    let mut counts = [[0_usize; 2]; 2];
    for row in 0..dataset.count() {
        let by_outcome = counts.get_mut(usize::from(field.values.is_known(row)))?;
        *by_outcome.get_mut(usize::from(dataset.is_won(row)))? += 1;
    }
    let [[lost_without, won_without], [lost_with, won_with]] = counts;
    let share = |part: usize, rest: usize| part as f64 / (part + rest).max(1) as f64;
    // The AUC of a yes or no.
    let auc = 0.5 + (share(won_with, won_without) - share(lost_with, lost_without)).abs() / 2.0;
    let filled = share(won_with + lost_with, won_without + lost_without);
    let reason = Reason::FilledByOutcome {
        filled,
        won_with: share(won_with, lost_with),
        won_without: share(won_without, lost_without),
    };
    (auc >= PRESENCE).then_some((reason, filled))
}

/// Returns the best single field when it is nearly perfect, or better than all others together.
fn too_good(dataset: &Dataset, fields: &[usize]) -> Option<(usize, Reason)> {
    let step = dataset.count().div_ceil(SAMPLE_MAX).max(1);
    let sample: Vec<usize> = (0..dataset.count()).step_by(step).collect();
    let (learned, judged): (Vec<_>, Vec<_>) =
        (0..).zip(sample).partition(|(place, _)| place % 2 == 0);
    let rows = |half: Vec<(usize, usize)>| half.into_iter().map(|(_, row)| row).collect::<Vec<_>>();
    let (learned, judged) = (rows(learned), rows(judged));
    let alone = |place: &usize| {
        let values = &dataset.fields.get(*place)?.values;
        Some((*place, auc_alone(dataset, values, &learned, &judged)))
    };
    let (best, alone) =
        fields.iter().filter_map(alone).max_by(|one, other| one.1.total_cmp(&other.1))?;
    if alone >= NEARLY_PERFECT {
        return Some((best, Reason::NearlyPerfect(alone)));
    }
    if alone < TOO_GOOD || fields.len() < 2 {
        return None;
    }
    let others: Vec<usize> = fields.iter().copied().filter(|place| *place != best).collect();
    let card = PointCard::learn(dataset, &others, &learned)?;
    let others = Evaluation::of(&card.judge(dataset, &judged)).auc;
    (alone > others + AHEAD).then_some((best, Reason::TooGood(alone, others)))
}

/// The AUC of the rate of a lead's bin, as it is among other leads.
fn auc_alone(dataset: &Dataset, values: &Values, learned: &[usize], judged: &[usize]) -> f64 {
    let binning = Binning::of(values, learned);
    let mut counts = vec![(1.0, 2.0); binning.count()];
    for row in learned {
        if let Some((won, count)) = counts.get_mut(binning.place(values, *row)) {
            *won += f64::from(u8::from(dataset.is_won(*row)));
            *count += 1.0;
        }
    }
    let rate = |row: &usize| {
        let (won, count) = counts.get(binning.place(values, *row)).copied().unwrap_or((1.0, 2.0));
        (won / count, dataset.is_won(*row))
    };
    Evaluation::of(&judged.iter().map(rate).collect::<Vec<_>>()).auc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_written_down_afterwards() {
        for later in ["duration", "Tags", "Lead Quality", "lastContact", "last_notable_activity"] {
            assert!(is_named_afterwards(later), "{later}");
        }
        for known in
            ["Lead Source", "job", "last_name", "contact", "City", "marital status", "stage"]
        {
            assert!(!is_named_afterwards(known), "{known}");
        }
    }
}
