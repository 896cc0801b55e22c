//! The sentences a visitor reads, the same in the widget and on the page served without script.

use super::{FieldKind, FormField, Obstacle};
use crate::email::SyntaxReason;
use crate::field_error::Rule;

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
        R::DomainDots => "There is a dot too many after the @.",
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

/// The heading and the sentence of the thank-you screen. They promise nothing: what happens next is the
/// owner's to say.
pub const RECEIPT: (&str, &str) = ("Thank you. We have it.", "Your answers have arrived.");

/// What the thank-you screen writes before the address that was sent.
pub const SENT_AS: &str = "Sent as ";

/// What stands on the button, and below it, while the form is being sent.
pub const SENDING: &str = "Sending…";

/// What stands below the button while fields are wrong.
pub const LOOK_AGAIN: &str = "Please correct the marked fields. Nothing you typed is lost.";

/// Says on which site a form of this deployment must not be used.
pub const SITE_BLOCKED: &str = "This form is not available on this site.";

/// Returns why a submission was not stored.
#[must_use]
pub const fn obstacle_sentence(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Offline => "You are offline.",
        Obstacle::NoAnswer => "The server did not answer.",
        Obstacle::Unreachable => "The server cannot be reached.",
        Obstacle::Foreign => {
            "Something else answered instead of our server, such as a Wi-Fi sign-in page or a firewall."
        }
        Obstacle::SiteBlocked => SITE_BLOCKED,
        Obstacle::TooMany => "Too many forms are being sent from your network.",
        Obstacle::TooLarge => "This is more text than the form can take. Please shorten it.",
        Obstacle::KeyReused => "This form was sent before with other answers.",
        Obstacle::ServerFault => "Our server has a problem.",
        Obstacle::Refused => "Our server did not accept this.",
    }
}

/// Returns what happens to a submission that was not stored: whether it is saved on the device, and
/// whether sending it again can help.
#[must_use]
pub const fn fate_sentence(obstacle: Obstacle, is_kept: bool) -> &'static str {
    match (obstacle.is_lasting(), is_kept) {
        (true, true) => "Your answers are saved on this device, and you can copy them.",
        (false, true) => "Your answers are saved on this device, and we keep trying to send them.",
        (true, false) => "You can copy your answers.",
        (false, false) => {
            "Nothing you typed is lost. Please press the button again, or copy your answers."
        }
    }
}
