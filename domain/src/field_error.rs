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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!try_from))]
#[serde(tag = "code", rename_all = "snake_case", try_from = "Told")]
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

/// Everything that any rule tells beside its name. One reader for all weighs a quarter of what the tagged
/// enum's own takes, in every program.
#[derive(Deserialize)]
struct Told {
    code: String,
    #[serde(default)]
    max: usize,
    #[serde(default)]
    reason: Option<SyntaxReason>,
    #[serde(default)]
    position: usize,
}

impl TryFrom<Told> for Rule {
    type Error = &'static str;

    fn try_from(told: Told) -> Result<Self, Self::Error> {
        let Told { code, max, reason, position } = told;
        Ok(match code.as_str() {
            "required" => Self::Required,
            "consent_required" => Self::ConsentRequired,
            "too_long" => Self::TooLong { max },
            "control_character" => Self::ControlCharacter,
            "not_an_option" => Self::NotAnOption,
            "email" => {
                Self::Email { reason: reason.ok_or("an address without a reason")?, position }
            }
            "phone_number" => Self::PhoneNumber,
            "unknown_field" => Self::UnknownField,
            "not_text" => Self::NotText,
            "illegal_stage" => Self::IllegalStage,
            "out_of_range" => Self::OutOfRange,
            _ => return Err("an unknown rule"),
        })
    }
}

impl FieldError {
    /// Returns the error of `field`.
    #[must_use]
    pub fn new(field: &str, rule: Rule) -> Self {
        Self { field: field.to_owned(), rule }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_as_it_is_written() {
        for rule in [
            Rule::Required,
            Rule::ConsentRequired,
            Rule::TooLong { max: 80 },
            Rule::ControlCharacter,
            Rule::NotAnOption,
            Rule::Email { reason: SyntaxReason::Empty, position: 3 },
            Rule::PhoneNumber,
            Rule::UnknownField,
            Rule::NotText,
            Rule::IllegalStage,
            Rule::OutOfRange,
        ] {
            let text = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule, "{text}");
        }
        for wrong in [r#"{"code":"email"}"#, r#"{"code":"sour"}"#, r#"{"max":3}"#] {
            assert!(serde_json::from_str::<Rule>(wrong).is_err(), "{wrong}");
        }
    }
}
