//! How far a lead has come, which moves are legal, and what a score suggests doing.

use crate::named;
use crate::scoring::Cell;

named! {
    /// The lifecycle stage, PRODUCT §4. It moves forward, or back to [`Stage::Lead`] by recycling.
    pub enum Stage {
        /// Asked to hear more, and nothing else.
        Subscriber = "subscriber",
        /// Showed interest.
        Lead = "lead",
        /// Marketing qualified: fits and is engaged.
        MarketingQualified = "marketing_qualified",
        /// Sales qualified: a person looked and agreed.
        SalesQualified = "sales_qualified",
        /// A deal is on the table.
        Opportunity = "opportunity",
        /// Bought.
        Customer = "customer",
    }
}

/// A move that the present stage does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StageError {
    /// `from` cannot be followed by `to`.
    #[error("a lead cannot move from {from:?} to {to:?}")]
    Illegal {
        /// The present stage.
        from: Stage,
        /// The stage asked for.
        to: Stage,
    },
}

impl Stage {
    /// Checks whether a lead here may move to `to`: any later stage, or back to [`Stage::Lead`]
    /// before it has bought (recycling).
    ///
    /// # Errors
    /// [`StageError::Illegal`] for any other move, staying included.
    pub fn check_move(self, to: Self) -> Result<(), StageError> {
        let recycles = to == Self::Lead && self != Self::Customer && self != Self::Lead;
        if to > self || recycles { Ok(()) } else { Err(StageError::Illegal { from: self, to }) }
    }
}

named! {
    /// What the thank-you screen offers next. The visitor sees this and never a number.
    pub enum NextStep {
        /// A call, soon.
        Book = "book",
        /// A guide, and a personal answer later.
        Guide = "guide",
        /// The newsletter.
        Newsletter = "newsletter",
    }
}

/// Returns what to offer a visitor in `cell`.
#[must_use]
pub const fn next_step(cell: Cell) -> NextStep {
    match play(cell) {
        Play::CallNow | Play::CallWithinTheHour => NextStep::Book,
        Play::PersonalMail | Play::Sequence | Play::Nurture => NextStep::Guide,
        Play::NewsletterOnly => NextStep::Newsletter,
    }
}

named! {
    /// What the owner does with a lead (PRODUCT §5.1, plays), the most urgent first.
    pub enum Play {
        /// Call within five minutes.
        CallNow = "call_now",
        /// Call within the hour.
        CallWithinTheHour = "call_within_the_hour",
        /// Write a personal mail.
        PersonalMail = "personal_mail",
        /// Put into a sequence.
        Sequence = "sequence",
        /// Nurture, and look again later.
        Nurture = "nurture",
        /// The newsletter is enough.
        NewsletterOnly = "newsletter_only",
    }
}

/// Returns the default play of `cell`.
#[must_use]
pub const fn play(cell: Cell) -> Play {
    match cell {
        Cell::A1 => Play::CallNow,
        Cell::A2 | Cell::B1 => Play::CallWithinTheHour,
        Cell::A3 => Play::PersonalMail,
        Cell::B2 => Play::Sequence,
        Cell::B3 | Cell::C1 => Play::Nurture,
        Cell::C2 | Cell::C3 => Play::NewsletterOnly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_forward_or_recycles() {
        assert!(Stage::Lead.check_move(Stage::Customer).is_ok());
        assert!(Stage::Opportunity.check_move(Stage::Lead).is_ok());
        for (from, to) in [
            (Stage::Lead, Stage::Lead),
            (Stage::Customer, Stage::Lead),
            (Stage::SalesQualified, Stage::MarketingQualified),
            (Stage::Lead, Stage::Subscriber),
        ] {
            assert_eq!(from.check_move(to), Err(StageError::Illegal { from, to }));
        }
    }

    #[test]
    fn no_lead_is_worth_less_effort_than_one_behind_it() {
        let effort = |cell: Cell| Play::ALL.iter().rev().position(|one| *one == play(cell));
        assert_eq!(play(Cell::A1), Play::CallNow);
        assert_eq!(play(Cell::C3), Play::NewsletterOnly);
        for [better, worse] in [
            [Cell::A1, Cell::A2],
            [Cell::A2, Cell::A3],
            [Cell::B1, Cell::B2],
            [Cell::B2, Cell::B3],
            [Cell::C1, Cell::C2],
            [Cell::C2, Cell::C3],
            [Cell::A1, Cell::B1],
            [Cell::B1, Cell::C1],
            [Cell::A2, Cell::B2],
            [Cell::B2, Cell::C2],
            [Cell::A3, Cell::B3],
            [Cell::B3, Cell::C3],
        ] {
            assert!(effort(better) >= effort(worse), "{better:?} {worse:?}");
        }
    }
}
