//! What happened to a lead: facts that are stored first and told to others afterwards.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::email::{Mailbox, Verdict};
use crate::id::{EventId, LeadId};
use crate::lead::{RejectReason, Stage};
use crate::scoring::{Cell, QualifiedBy};
use crate::time::Timestamp;

/// One thing that happened, in the past tense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeadEvent {
    /// Its identity; the same on every delivery.
    pub id: EventId,
    /// The lead it happened to.
    pub lead_id: LeadId,
    /// When, by the server's clock.
    pub occurred_at: Timestamp,
    /// What.
    pub kind: LeadEventKind,
}

/// What happened, named `object.action` (PRODUCT §4, Events).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LeadEventKind {
    /// It was captured.
    #[serde(rename = "lead.created")]
    Created,
    /// It was captured, and is marketing qualified from the beginning: one event tells both.
    #[serde(rename = "lead.created")]
    CreatedQualified {
        /// What makes it so.
        by: QualifiedBy,
    },
    /// The owner changed fields.
    #[serde(rename = "lead.updated")]
    Updated {
        /// The names of the changed fields.
        fields: Vec<String>,
    },
    /// It moved to another stage.
    #[serde(rename = "stage.changed")]
    StageChanged {
        /// Where it was.
        from: Stage,
        /// Where it is.
        to: Stage,
        /// What made it qualified, where that was no person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<QualifiedBy>,
    },
    /// What it did in the product makes it product qualified.
    #[serde(rename = "product.qualified")]
    ProductQualified {
        /// The version of the definition.
        model_version: u32,
    },
    /// A customer may buy more.
    #[serde(rename = "service.qualified")]
    ServiceQualified {
        /// What made it so.
        by: QualifiedBy,
    },
    /// A person looked at its score.
    #[serde(rename = "score.reviewed")]
    Reviewed {
        /// Who.
        author: String,
        /// The cell that they set; nothing when they agree with the score.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cell: Option<Cell>,
    },
    /// A cell that was set by hand counts no more.
    #[serde(rename = "override.ended")]
    OverrideEnded {
        /// The cell that was set.
        from: Cell,
        /// The computed one.
        to: Cell,
    },
    /// Sales rejected it, and it goes back to where it is nurtured.
    #[serde(rename = "handoff.rejected")]
    Rejected {
        /// Where it was.
        from: Stage,
        /// Why.
        reason: RejectReason,
        /// When somebody should look again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wake_at: Option<Timestamp>,
    },
    /// A person or a mail server told of its mailbox.
    #[serde(rename = "mailbox.seen")]
    MailboxSeen {
        /// What is known of the mailbox now.
        mailbox: Mailbox,
    },
    /// Its domain was looked at again, and the verdict is another.
    #[serde(rename = "address.rechecked")]
    Rechecked {
        /// What it was.
        from: Verdict,
        /// What it is.
        to: Verdict,
    },
    /// A new scoring model puts it into another cell.
    #[serde(rename = "score.changed")]
    Rescored {
        /// Where it was.
        from: Cell,
        /// Where it is.
        to: Cell,
        /// The version of the model.
        model_version: u32,
    },
    /// Another lead of the same person went into it.
    #[serde(rename = "lead.merged")]
    Merged {
        /// The other.
        lead_id: LeadId,
    },
    /// It went into another lead of the same person and is a lead no more.
    #[serde(rename = "lead.merged_into")]
    MergedInto {
        /// The other.
        lead_id: LeadId,
    },
    /// It was erased; nothing else of it is kept.
    #[serde(rename = "lead.erased")]
    Erased,
}

/// Everything that any kind tells beside its name. One reader for all kinds weighs a third less than one
/// for each, in every program.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    fields: Vec<String>,
    from: String,
    to: String,
    by: String,
    reason: String,
    wake_at: String,
    mailbox: String,
    model_version: u32,
    lead_id: String,
    author: String,
    cell: String,
}

impl LeadEventKind {
    /// Returns whether it tells of a new lead.
    #[must_use]
    pub const fn is_creation(&self) -> bool {
        matches!(self, Self::Created | Self::CreatedQualified { .. })
    }

    fn of(name: &str, told: Told) -> Option<Self> {
        let wake_at = match told.wake_at.as_str() {
            "" => None,
            text => Some(Timestamp::parse(text).ok()?),
        };
        let cell = match told.cell.as_str() {
            "" => None,
            text => Some(Cell::parse(text)?),
        };
        let by = match told.by.as_str() {
            "" => None,
            text => Some(QualifiedBy::parse(text)?),
        };
        let Told { fields, from, to, model_version, author, .. } = told;
        let (from, to) = (from.as_str(), to.as_str());
        Some(match name {
            "lead.created" => by.map_or(Self::Created, |by| Self::CreatedQualified { by }),
            "lead.updated" => Self::Updated { fields },
            "stage.changed" => {
                Self::StageChanged { from: Stage::parse(from)?, to: Stage::parse(to)?, by }
            }
            "product.qualified" => Self::ProductQualified { model_version },
            "service.qualified" => Self::ServiceQualified { by: by? },
            "score.reviewed" => Self::Reviewed { author, cell },
            "override.ended" => {
                Self::OverrideEnded { from: Cell::parse(from)?, to: Cell::parse(to)? }
            }
            "handoff.rejected" => Self::Rejected {
                from: Stage::parse(from)?,
                reason: RejectReason::parse(&told.reason)?,
                wake_at,
            },
            "mailbox.seen" => Self::MailboxSeen { mailbox: Mailbox::parse(&told.mailbox)? },
            "address.rechecked" => {
                Self::Rechecked { from: Verdict::parse(from)?, to: Verdict::parse(to)? }
            }
            "score.changed" => {
                Self::Rescored { from: Cell::parse(from)?, to: Cell::parse(to)?, model_version }
            }
            "lead.merged" => Self::Merged { lead_id: LeadId::parse(&told.lead_id).ok()? },
            "lead.merged_into" => Self::MergedInto { lead_id: LeadId::parse(&told.lead_id).ok()? },
            "lead.erased" => Self::Erased,
            _ => return None,
        })
    }
}

impl<'de> Deserialize<'de> for LeadEventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Kind)
    }
}

struct Kind;

impl<'de> Visitor<'de> for Kind {
    type Value = LeadEventKind;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("what happened to a lead")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<LeadEventKind, E> {
        LeadEventKind::of(name, Told::default()).ok_or_else(|| E::custom("no event"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LeadEventKind, A::Error> {
        let entry: Option<(String, Told)> = map.next_entry()?;
        let kind = entry.and_then(|(name, told)| LeadEventKind::of(&name, told));
        kind.ok_or_else(|| A::Error::custom("no event"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        use LeadEventKind as K;
        let lead_id = LeadId::new(Timestamp::from_ms(9), [7; 10]);
        let kinds = [
            K::Created,
            K::CreatedQualified { by: QualifiedBy::HandRaise },
            K::Updated { fields: vec!["note".to_owned()] },
            K::StageChanged { from: Stage::Lead, to: Stage::Customer, by: None },
            K::StageChanged {
                from: Stage::Lead,
                to: Stage::MarketingQualified,
                by: Some(QualifiedBy::HandRaise),
            },
            K::ProductQualified { model_version: 3 },
            K::ServiceQualified { by: QualifiedBy::Usage },
            K::Reviewed { author: "Ada".to_owned(), cell: None },
            K::Reviewed { author: "Ada".to_owned(), cell: Some(Cell::B1) },
            K::OverrideEnded { from: Cell::A1, to: Cell::C3 },
            K::Rejected { from: Stage::Lead, reason: RejectReason::Student, wake_at: None },
            K::Rejected {
                from: Stage::Lead,
                reason: RejectReason::Other,
                wake_at: Some(Timestamp::from_ms(5)),
            },
            K::MailboxSeen { mailbox: Mailbox::Bounced },
            K::Rechecked { from: Verdict::Unknown, to: Verdict::Deliverable },
            K::Rescored { from: Cell::C3, to: Cell::A1, model_version: 2 },
            K::Merged { lead_id },
            K::MergedInto { lead_id },
            K::Erased,
        ];
        for kind in kinds {
            let text = serde_json::to_string(&kind).unwrap();
            assert_eq!(serde_json::from_str::<K>(&text).unwrap(), kind, "{text}");
        }
        for none in ["\"lead.sold\"", "{\"lead.sold\":{}}", "{}", "{\"mailbox.seen\":{}}", "7"] {
            assert!(serde_json::from_str::<K>(none).is_err(), "{none}");
        }
    }
}
