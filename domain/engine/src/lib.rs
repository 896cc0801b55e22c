//! Scores a whole book at once, so that a rule can be bent while one watches who moves (PRODUCT G3).
//!
//! A [`Table`] holds the book by columns: each distinct value of a field has a code, codes are in the
//! order of their values, and a lead is one code a field. A [`Plan`] is a [`RuleSet`] compiled for one
//! table. What a rule says of a single field is then true of some codes and false of others, whatever
//! the field holds, so that all rules of a field become one table of points by code; only rules over
//! several fields are worked out lead by lead, as masks.
//!
//! All arithmetic is on whole numbers: the same book has the same scores on every machine.

mod machine;
mod pass;
mod plan;
mod rules;
mod single;
mod table;

pub use plan::{Plan, Whom};
pub use rules::{Condition, Question, Rule, RuleError, RuleSet};
pub use single::Single;
pub use table::{Table, TableBuilder, Value, ValueRef};
