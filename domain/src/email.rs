//! E-mail addresses: syntax, what kind of domain it is, and what DNS alone can tell about it.

mod address;
mod deliverability;
mod facts;
mod health;
mod key;
mod lists;
mod provider;
mod typo;
mod verdict;

pub use address::{
    ADDRESS_OCTETS_MAX, EmailAddress, EmailError, INPUT_CHARS_MAX, SyntaxReason, parse_domain,
    unwrapped,
};
pub use deliverability::{Assessment, Evidence, add_mailbox, assess};
pub use facts::{Answer, DnsFailure, DomainFacts, HostFacts, MxRecord};
pub use health::{HealthFinding, HealthLine, HealthState, HealthSubject, domain_health};
pub(crate) use key::is_country_tail;
pub use key::{Certainty, EmailKey};
pub use lists::{DomainClass, Lists};
pub(crate) use lists::{FREE, RELAYS, class_by, self_and_parents, suggest_by};
pub use verdict::{Mailbox, Reason, Verdict};
