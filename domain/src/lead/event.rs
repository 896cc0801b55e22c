//! What happened to a lead: facts that are stored first and told to others afterwards.

use serde::{Deserialize, Serialize};

use crate::email::{Mailbox, Verdict};
use crate::id::{EventId, LeadId};
use crate::lead::{RejectReason, Stage};
use crate::scoring::Cell;
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LeadEventKind {
    /// It was captured.
    #[serde(rename = "lead.created")]
    Created,
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
