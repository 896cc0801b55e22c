//! From closed leads to a card, and to what is known of it.

use std::ops::Range;

use crate::card::PointCard;
use crate::dataset::Dataset;
use crate::drift::{Drift, newest_tenth};
use crate::leakage::{Suspicion, inspect};
use crate::measures::Evaluation;

/// The fewest closed leads that a card is learned from (PRODUCT §5.2).
pub const TOTAL_MIN: usize = 100;
/// The fewest won leads among them.
pub const WON_MIN: usize = 30;
/// The fewest lost ones.
pub const LOST_MIN: usize = 30;
/// Parts of the leads that are judged by the others where their order means nothing.
const FOLDS: usize = 5;

/// What the order of the leads means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// They came in in this order: the newest 30 % are judged by a card of the others.
    Time,
    /// Nothing: each fifth is judged by a card of the others.
    Random,
}

/// Which leads the card is learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// All, or the newest tenth where drift was found and that has shown to be better.
    Advised,
    /// All, whatever was found.
    All,
}

/// How to learn.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the order of the leads means.
    pub order: Order,
    /// Which leads the card is learned from.
    pub window: Window,
    /// Fields to leave out, by name.
    pub excluded: Vec<String>,
    /// Fields to learn from although they are suspicious.
    pub insisted: Vec<String>,
    /// Fields that were written down after leads came, each with the share of what is known of it: of a
    /// file that is not known.
    pub written_later: Vec<(String, f64)>,
}

/// Why nothing was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotLearn {
    /// There are too few outcomes of either kind.
    #[error(
        "not enough outcomes yet: {total} of {TOTAL_MIN} closed leads, {won} of {WON_MIN} won, {lost} of {LOST_MIN} lost"
    )]
    NotEnough {
        /// How many closed leads there are.
        total: usize,
        /// How many of them were won.
        won: usize,
        /// How many were lost.
        lost: usize,
    },
    /// All leads that would have to be learned from ended alike.
    #[error(
        "the older 70 % of {total} closed leads all ended alike, so they tell nothing of the newer ones: do they stand in the order of their outcomes?"
    )]
    AllAlike {
        /// How many closed leads there are.
        total: usize,
    },
}

/// A card, and what is known of it.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The card.
    pub card: PointCard,
    /// The leads it was learned from: all, or the newest where the older ones mislead.
    pub window: Range<usize>,
    /// How many of them were won.
    pub won: usize,
    /// How cards of all older leads did on those that they were not learned from.
    pub evaluation: Evaluation,
    /// Fields that are strange.
    pub suspicions: Vec<Suspicion>,
    /// Newer leads against older ones; `None` where their order means nothing.
    pub drift: Option<Drift>,
}

impl Learned {
    /// Returns whether it was learned from the newest leads alone.
    #[must_use]
    pub const fn is_of_newest(&self) -> bool {
        self.window.start > 0
    }

    /// Returns how cards made as this one was did on leads that they had not seen: where only the newest
    /// leads were learned from, how the tenth before the newest fifth did on that.
    #[must_use]
    pub fn own_evaluation(&self) -> &Evaluation {
        let comparison = self.drift.as_ref().and_then(|drift| drift.comparison.as_ref());
        match comparison {
            Some((_, newest)) if self.is_of_newest() => newest,
            _ => &self.evaluation,
        }
    }
}

/// Learns a card.
///
/// # Errors
/// [`CannotLearn`] when there are too few outcomes of either kind, or all leads that would have to be
/// learned from ended alike.
pub fn learn(dataset: &Dataset, options: &Options) -> Result<Learned, CannotLearn> {
    let rows: Vec<usize> = (0..dataset.count()).collect();
    let (total, won) = (rows.len(), dataset.count_won(&rows));
    let lost = total - won;
    if total < TOTAL_MIN || won < WON_MIN || lost < LOST_MIN {
        return Err(CannotLearn::NotEnough { total, won, lost });
    }
    let named = (0..).zip(&dataset.fields);
    let allowed = named.filter(|(_, field)| !options.excluded.contains(&field.name));
    let mut fields: Vec<usize> = allowed.map(|(place, _)| place).collect();
    let suspicions = inspect(dataset, &fields, options);
    fields.retain(|place| {
        let name = dataset.fields.get(*place).map(|field| &field.name);
        let is_left_out = |one: &Suspicion| one.is_left_out && Some(&one.field) == name;
        !suspicions.iter().any(is_left_out)
    });
    let all_alike = CannotLearn::AllAlike { total };
    let learn = |rows: &[usize]| PointCard::learn(dataset, &fields, rows).ok_or(all_alike);
    let (evaluation, drift) = match options.order {
        Order::Time => {
            let (older, newer) = rows.split_at(rows.len() * 7 / 10);
            let card = learn(older)?;
            let drift = Drift::find(dataset, &fields, &card, older, newer);
            (Evaluation::of(&card.judge(dataset, newer)), Some(drift))
        }
        Order::Random => {
            let mut judged = Vec::new();
            for fold in 0..FOLDS {
                let (left, others): (Vec<_>, Vec<_>) =
                    rows.iter().copied().partition(|row| fold_of(*row) == fold);
                judged.extend(learn(&others)?.judge(dataset, &left));
            }
            (Evaluation::of(&judged), None)
        }
    };
    let newest = newest_tenth(rows.len());
    let won_newest = dataset.count_won(rows.get(newest.clone()).unwrap_or_default());
    let is_enough = won_newest >= WON_MIN && newest.len() - won_newest >= LOST_MIN;
    let is_newest_better = options.window == Window::Advised
        && is_enough
        && drift.as_ref().is_some_and(Drift::is_newest_better);
    let window = if is_newest_better { newest } else { 0..rows.len() };
    let learned_from = rows.get(window.clone()).unwrap_or_default();
    let card = learn(learned_from)?;
    let won = dataset.count_won(learned_from);
    Ok(Learned { card, window, won, evaluation, suspicions, drift })
}

/// The fold of a lead, unlike that of its neighbours (the finalizer of SplitMix64).
fn fold_of(row: usize) -> usize {
    let mut mixed = (row as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % FOLDS as u64) as usize
}
