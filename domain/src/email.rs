//! E-mail addresses: syntax, what kind of domain it is, and what DNS alone can tell about it.

mod address;
mod deliverability;
mod facts;
mod key;
mod lists;
mod provider;
mod typo;

pub use address::{
    ADDRESS_OCTETS_MAX, EmailAddress, EmailError, INPUT_CHARS_MAX, SyntaxReason, parse_domain,
    unwrapped,
};
pub use deliverability::{Assessment, Evidence, Mailbox, Reason, Verdict, add_mailbox, assess};
pub use facts::{Answer, DnsFailure, DomainFacts, HOSTS_MAX, HostFacts, MxRecord};
pub use key::{Certainty, EmailKey};
pub use lists::{DomainClass, Lists, domain_class};
pub use provider::{MailProvider, ProviderKind, mail_provider};
pub use typo::suggest_domain;
