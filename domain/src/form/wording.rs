//! The sentences a visitor reads, the same in the widget and on the page served without script.

use super::{FieldKind, FormField};
use crate::email::SyntaxReason;
use crate::field_error::Rule;
use crate::lead::NextStep;

/// Returns what to tell the visitor whose answer to `field` breaks `rule`.
#[must_use]
pub fn rule_sentence(rule: Rule, field: Option<&FormField>) -> String {
    let label = field.map_or("This answer", |field| field.label.as_str());
    match rule {
        Rule::Required => match field.map(|field| field.kind) {
            Some(FieldKind::Email) => "Please enter your e-mail address.".to_owned(),
            Some(FieldKind::Select | FieldKind::Country) => "Please choose one.".to_owned(),
            _ => format!("{label} is needed."),
        },
        Rule::ConsentRequired => "Please tick this box to go on.".to_owned(),
        Rule::TooLong { max } => format!("Please keep this under {max} characters."),
        Rule::ControlCharacter => {
            "There is an invisible character in here. Please type it again.".to_owned()
        }
        Rule::NotAnOption => "Please choose one of the options.".to_owned(),
        Rule::Email { reason, .. } => email_sentence(reason).to_owned(),
        Rule::PhoneNumber => {
            "That does not look like a phone number: 6 to 15 digits, with + for the country."
                .to_owned()
        }
        Rule::UnknownField => "This form has no such field.".to_owned(),
        Rule::NotText => "This has to be text.".to_owned(),
        Rule::IllegalStage => "A lead cannot move there from its stage.".to_owned(),
        Rule::OutOfRange => "That is outside the allowed range.".to_owned(),
    }
}

const fn email_sentence(reason: SyntaxReason) -> &'static str {
    use SyntaxReason as R;
    match reason {
        R::Empty => "Please enter your e-mail address.",
        R::TooLong | R::LocalTooLong | R::LabelLength => {
            "This address is longer than any real one."
        }
        R::ControlChar => "There is an invisible character in the address. Please type it again.",
        R::Space => "An e-mail address has no spaces.",
        R::AtCount => "An e-mail address has exactly one @.",
        R::LocalEmpty => "Something is missing before the @.",
        R::LocalDots => "There is a dot too many before the @.",
        R::LocalChar => "There is a character before the @ that no mail provider allows.",
        R::LocalQuoted => "Please leave out the quotation marks.",
        R::DomainEmpty => "Something is missing after the @.",
        R::DomainChar | R::IdnaInvalid => "The part after the @ is not a valid domain.",
        R::IpLiteral => "Please use a domain name after the @, not a number.",
        R::Dotless => "The part after the @ needs an ending, such as .com.",
        R::TldUnknown => "Please check the ending of the address.",
        R::SpecialUse => "Mail cannot be sent to that domain.",
    }
}

/// Returns the heading and the sentence of the thank-you screen. Neither tells a number.
#[must_use]
pub const fn next_step_sentences(step: NextStep) -> (&'static str, &'static str) {
    match step {
        NextStep::Book => (
            "Thank you. Let us talk today.",
            "A person will call or write within the hour. Have a calendar at hand if you can.",
        ),
        NextStep::Guide => (
            "Thank you. We will write to you.",
            "Expect a personal answer within one working day. Until then, the guide shows how it works.",
        ),
        NextStep::Newsletter => {
            ("Thank you, it has arrived.", "We read every request and answer when we can help.")
        }
    }
}
