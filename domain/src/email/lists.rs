//! What kind of domain or mailbox an address names, from tables sorted for binary search.

use serde::{Deserialize, Serialize};

/// Providers that give mailboxes to anybody, one a line, sorted.
static FREE: &str = include_str!("../../data/free_providers.txt");

/// Relays that forward to one real person for years: not disposable (VALIDATION §4).
const RELAY: [&str; 11] = [
    "anonaddy.com",
    "anonaddy.me",
    "duck.com",
    "mozmail.com",
    "opayq.com",
    "passinbox.com",
    "passmail.com",
    "passmail.net",
    "privaterelay.appleid.com",
    "simplelogin.com",
    "slmail.me",
];

/// Mailboxes of a function rather than a person (RFC 2142 and common practice), sorted.
const ROLES: [&str; 46] = [
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "billing",
    "bookings",
    "careers",
    "contact",
    "contactus",
    "customerservice",
    "enquiries",
    "enquiry",
    "feedback",
    "finance",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "information",
    "inquiries",
    "invoices",
    "it",
    "jobs",
    "legal",
    "mail",
    "marketing",
    "media",
    "news",
    "newsletter",
    "no-reply",
    "noreply",
    "office",
    "orders",
    "post",
    "postmaster",
    "press",
    "privacy",
    "sales",
    "security",
    "service",
    "support",
    "team",
    "webmaster",
];

/// What a mail domain is used for, as far as lists tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainClass {
    /// On none of the lists: most likely an organisation's own.
    Business,
    /// A provider that gives mailboxes to anybody.
    Free,
    /// A forwarding address of a real person.
    Relay,
    /// A throw-away address.
    Disposable,
}

/// Returns the class of `domain` (A-labels) by the free and relay tables alone.
///
/// The browser uses this; it never answers [`DomainClass::Disposable`].
#[must_use]
pub fn domain_class(domain: &str) -> DomainClass {
    if RELAY.binary_search(&domain).is_ok() {
        DomainClass::Relay
    } else if holds_line(FREE, domain) {
        DomainClass::Free
    } else {
        DomainClass::Business
    }
}

/// A list of disposable-mail domains: one a line, sorted. It is data of the deployment and not of
/// the program, so that it can be refreshed alone and weighs on nobody who does not ask it.
#[derive(Clone, Copy, Debug)]
pub struct DisposableDomains<'a>(pub &'a str);

impl DisposableDomains<'_> {
    /// Returns whether `domain` or a parent of it is listed. Free providers and relays never are.
    #[must_use]
    pub fn contains(&self, domain: &str) -> bool {
        if domain_class(domain) != DomainClass::Business {
            return false;
        }
        let parents = std::iter::successors(Some(domain), |name| {
            name.split_once('.').map(|(_, parent)| parent)
        });
        parents.filter(|name| name.contains('.')).any(|name| holds_line(self.0, name))
    }
}

/// Returns whether `local` names a function (sales, info…) and not a person.
#[must_use]
pub fn is_role(local: &str) -> bool {
    let base = local.split('+').next().unwrap_or(local).to_ascii_lowercase();
    ROLES.binary_search(&base.as_str()).is_ok()
}

/// Searches a sorted text of lines by bisection over bytes, so no index has to be built.
fn holds_line(table: &str, wanted: &str) -> bool {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let before = bytes.get(low..middle).unwrap_or_default();
        let start = before.iter().rposition(|b| *b == b'\n').map_or(low, |at| low + at + 1);
        let rest = bytes.get(start..high).unwrap_or_default();
        let length = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        match line.cmp(wanted.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = start + length + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    static DISPOSABLE: &str = include_str!("../../../public/lists/disposable_domains.txt");

    #[test]
    fn tables_are_sorted_and_unique() {
        for table in [FREE, DISPOSABLE] {
            let lines: Vec<_> = table.lines().collect();
            assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(lines.iter().all(|line| holds_line(table, line)));
            assert!(!holds_line(table, "") && !holds_line(table, "zzz") && !holds_line(table, "a"));
        }
        assert!(RELAY.is_sorted() && ROLES.is_sorted());
    }

    #[test]
    fn classes() {
        assert_eq!(domain_class("gmail.com"), DomainClass::Free);
        assert_eq!(domain_class("duck.com"), DomainClass::Relay);
        assert_eq!(domain_class("acme.co"), DomainClass::Business);
        let listed = |domain| DisposableDomains(DISPOSABLE).contains(domain);
        assert!(listed("mailinator.com") && listed("x.mailinator.com"));
        assert!(!listed("gmail.com") && !listed("acme.co") && !listed("com"));
        assert!(is_role("Sales") && is_role("info+web") && !is_role("ada"));
    }
}
