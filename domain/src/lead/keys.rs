//! What says that two leads are one person (VALIDATION §6, exact keys).

use std::collections::BTreeMap;

use super::LeadDetails;
use crate::email::{Certainty, DomainClass, EmailAddress, EmailKey, Reason};
use crate::phone::PhoneVerdict;
use crate::text::truncated;

/// Returns the key of a mailbox: the same for every spelling that its provider documents, so that a
/// suppression of one holds for all.
#[must_use]
pub fn mailbox_key(address: &EmailAddress, provider: Option<&str>) -> String {
    match EmailKey::of(address, provider) {
        (key, Certainty::Certain) => key.as_str().to_owned(),
        // What is only likely is shown as a suggestion and never acted on.
        (_, Certainty::Likely) => address.to_string().to_lowercase(),
    }
}

/// Returns every mailbox of a person, by its key: `key` is that of the address that stands, the answers hold it
/// and those that were kept beside it.
#[must_use]
pub fn mailboxes(key: &str, answers: &BTreeMap<String, String>) -> Vec<String> {
    let text = |name: &str| answers.get(name).map_or("", String::as_str);
    let others = text("other_email").split([',', ';', ' ']).map(str::trim);
    let mut mailboxes = vec![key.to_owned()];
    for address in std::iter::once(text("email")).chain(others) {
        mailboxes.push(address.to_lowercase());
        let read = EmailAddress::from_stored(address);
        mailboxes.extend(read.map(|address| mailbox_key(&address, None)));
    }
    mailboxes.retain(|mailbox| mailbox.contains('@'));
    mailboxes.sort_unstable();
    mailboxes.dedup();
    mailboxes
}

/// Returns the keys of a lead. Leads that share one are the same person.
///
/// A mailbox of a function is read by several people, so there the name is part of the key: two
/// people behind it are two leads.
pub(super) fn keys(details: &LeadDetails, address: Option<&EmailAddress>) -> Vec<String> {
    let mut keys = Vec::new();
    let name = details.answers.get("name").map(|name| plain_words(name)).unwrap_or_default();
    if let Some(address) = address {
        let mailbox = &details.mailbox_key;
        if details.assessment.reasons.contains(&Reason::Role) {
            keys.push(format!("role:{mailbox} {name}"));
        } else {
            keys.push(format!("email:{mailbox}"));
        }
        // One word is no name that only one person of a company has.
        if details.assessment.domain_class == DomainClass::Business && name.contains(' ') {
            keys.push(format!("person:{name}@{}", address.domain()));
        }
    }
    if let Some(phone) = details.phone.as_ref().filter(|p| p.verdict == PhoneVerdict::Valid) {
        let extension = phone.extension.as_deref().map(|digits| format!("x{digits}"));
        keys.push(format!("phone:{}{}", phone.e164, extension.unwrap_or_default()));
    }
    // A line of a file that names neither is known again when it says the very same.
    if keys.is_empty() && details.answers.len() >= ANSWERS_THAT_TELL {
        let said: Vec<_> = details.answers.values().map(|text| plain_words(text)).collect();
        keys.push(format!("said:{}", truncated(&said.join("|"), SAID_CHARS_MAX)));
    }
    keys
}

/// How many answers alike make two records without an address and a number one.
const ANSWERS_THAT_TELL: usize = 3;
/// How much of them is compared, in characters.
const SAID_CHARS_MAX: usize = 400;

/// Returns the words of a name or company as they are compared: in lower case, parted by single spaces.
#[must_use]
pub fn plain_words(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
