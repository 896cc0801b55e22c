//! E-mail addresses: syntax, what kind of domain it is, and what DNS alone can tell about it.

mod address;
mod deliverability;
mod key;
mod lists;
mod typo;

pub use address::{
    ADDRESS_OCTETS_MAX, EmailAddress, EmailError, INPUT_CHARS_MAX, SyntaxReason, parse_domain,
    unwrapped,
};
pub use deliverability::{
    Answer, Assessment, DnsFailure, DomainFacts, Evidence, Mailbox, MxRecord, Reason, Verdict,
    assess,
};
pub use key::{Certainty, EmailKey};
pub use lists::{DomainClass, Lists, domain_class};
pub use typo::suggest_domain;
