//! What an answer to a submission means. The widget, the outbox and the page without script all ask here.

use crate::lead::NextStep;
use crate::named;

/// The length of a lead's id as text.
const ID_CHARS: usize = 36;

named! {
    /// Why a submission was not stored.
    pub enum Obstacle {
        /// The device has no network.
        Offline = "offline",
        /// The server did not answer in time, or broke off in the middle.
        NoAnswer = "no_answer",
        /// The request did not reach a server.
        Unreachable = "unreachable",
        /// Something that is not Plumbline answered: a Wi-Fi sign-in page, a firewall, a proxy.
        Foreign = "foreign",
        /// The owner has blocked the site that the form stands on.
        SiteBlocked = "site_blocked",
        /// There were too many submissions at once.
        TooMany = "too_many",
        /// The answers are too long.
        TooLarge = "too_large",
        /// The key of this form fill stands for other answers.
        KeyReused = "key_reused",
        /// The server has a fault.
        ServerFault = "server_fault",
        /// Plumbline refused the request for any other reason, such as a form that is gone.
        Refused = "refused",
    }
}

impl Obstacle {
    /// Returns whether trying again soon is in vain: the same answers meet the same refusal until the owner
    /// changes something.
    #[must_use]
    pub const fn is_lasting(self) -> bool {
        matches!(self, Self::SiteBlocked | Self::TooLarge | Self::Refused)
    }
}

/// What came back when a submission was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Whether it called itself JSON.
    pub is_json: bool,
    /// `lead_id` of the JSON body.
    pub lead_id: Option<String>,
    /// `next_step` of the JSON body.
    pub next_step: Option<String>,
    /// `code` of the JSON body, as a problem has it.
    pub code: Option<String>,
    /// The names of the fields that are wrong.
    pub fields: Vec<String>,
}

/// What became of a submission that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is stored, and this comes next.
    Stored(NextStep),
    /// These fields are wrong.
    Invalid(Vec<String>),
    /// It is not stored.
    Failed(Obstacle),
}

impl Delivery {
    /// Decides what a reply means. Only a receipt of Plumbline's own, by status and body, says that the
    /// submission is stored.
    #[must_use]
    pub fn of(reply: Reply) -> Self {
        let code = reply.code.as_deref().unwrap_or_default();
        let has_id = reply.lead_id.is_some_and(|id| id.len() == ID_CHARS);
        Self::Failed(match (reply.status, code) {
            (200 | 201, "") if has_id => {
                let step = reply.next_step.and_then(|step| NextStep::parse(&step));
                return Self::Stored(step.unwrap_or(NextStep::Newsletter));
            }
            (422, "invalid_fields") if !reply.fields.is_empty() => {
                return Self::Invalid(reply.fields);
            }
            (422, "idempotency_key_reused") => Obstacle::KeyReused,
            (403, "site_blocked") => Obstacle::SiteBlocked,
            (413, "body_too_large") => Obstacle::TooLarge,
            (429, _) => Obstacle::TooMany,
            (408 | 504, _) => Obstacle::NoAnswer,
            (500.., _) => Obstacle::ServerFault,
            // The body of an answer of ours was cut off on its way.
            (200..300, "") if reply.is_json => Obstacle::NoAnswer,
            (_, "") => Obstacle::Foreign,
            _ => Obstacle::Refused,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: u16, code: &str) -> Reply {
        Reply { status, is_json: true, code: Some(code.to_owned()), ..Reply::default() }
    }

    fn foreign(status: u16) -> Reply {
        Reply { status, ..Reply::default() }
    }

    #[test]
    fn only_a_receipt_of_ours_is_a_receipt() {
        let receipt = |status: u16, id: &str, step: &str| Reply {
            status,
            is_json: true,
            lead_id: Some(id.to_owned()),
            next_step: Some(step.to_owned()),
            ..Reply::default()
        };
        let id = "0190b1b2-0000-7000-8000-000000000000";
        assert_eq!(Delivery::of(receipt(201, id, "book")), Delivery::Stored(NextStep::Book));
        assert_eq!(Delivery::of(receipt(200, id, "later")), Delivery::Stored(NextStep::Newsletter));
        let failed = |reply| match Delivery::of(reply) {
            Delivery::Failed(obstacle) => obstacle.as_str(),
            other => unreachable!("{other:?}"),
        };
        assert_eq!(failed(receipt(200, "", "book")), "no_answer");
        assert_eq!(failed(receipt(404, id, "book")), "foreign");
        assert_eq!(failed(Reply { is_json: true, ..foreign(201) }), "no_answer");
        for status in [200, 201, 204, 302, 401, 403, 404, 407, 409, 413, 422] {
            assert_eq!(failed(foreign(status)), "foreign", "{status}");
        }
        for (status, code, expected) in [
            (413, "body_too_large", "too_large"),
            (422, "idempotency_key_reused", "key_reused"),
            (422, "invalid_fields", "refused"),
            (403, "site_blocked", "site_blocked"),
            (404, "not_found", "refused"),
            (429, "rate_limited", "too_many"),
            (500, "internal", "server_fault"),
            (503, "unavailable", "server_fault"),
        ] {
            assert_eq!(failed(problem(status, code)), expected, "{status} {code}");
        }
        for (status, expected) in [(408, "no_answer"), (429, "too_many"), (502, "server_fault")] {
            assert_eq!(failed(foreign(status)), expected, "{status}");
        }
        let fields = vec!["company".to_owned()];
        let wrong = Reply { fields: fields.clone(), ..problem(422, "invalid_fields") };
        assert_eq!(Delivery::of(wrong), Delivery::Invalid(fields));
    }
}
