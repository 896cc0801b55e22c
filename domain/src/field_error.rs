//! What is wrong with which input, as facts. Sentences are made where they are shown.

use serde::{Deserialize, Serialize};

use crate::email::SyntaxReason;

/// One thing that is wrong with one input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// The name of the field, as the form defines it.
    pub field: String,
    /// The rule that the input breaks.
    pub rule: Rule,
}

/// The rule that an input breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Rule {
    /// An answer is needed.
    Required,
    /// The box has to be ticked.
    ConsentRequired,
    /// The text is longer than `max` characters.
    TooLong {
        /// The longest allowed text, in characters.
        max: usize,
    },
    /// The text holds an invisible or control character.
    ControlCharacter,
    /// The answer is none of the offered options.
    NotAnOption,
    /// The address breaks the policy at `position`.
    Email {
        /// What is wrong, VALIDATION §4.
        reason: SyntaxReason,
        /// Where, in bytes from the start of the trimmed text.
        position: usize,
    },
    /// A telephone number has 6 to 15 digits (E.164) and an optional extension.
    PhoneNumber,
    /// The form has no such field.
    UnknownField,
    /// The value is not text.
    NotText,
    /// The stage cannot follow the present one.
    IllegalStage,
    /// The value is outside the allowed range or shape.
    OutOfRange,
}

impl FieldError {
    /// Returns the error of `field`.
    #[must_use]
    pub fn new(field: &str, rule: Rule) -> Self {
        Self { field: field.to_owned(), rule }
    }
}
