//! What kind of domain or mailbox an address names, from tables sorted for binary search.

use super::typo::suggest_domain;
use crate::named;

/// Providers that give mailboxes to anybody, one a line, sorted.
pub(crate) static FREE: &str = include_str!("../../data/free_providers.txt");

/// Relays that forward to one real person for years, one a line, sorted: not disposable
/// (VALIDATION §4).
pub(crate) static RELAYS: &str = include_str!("../../data/relays.txt");

named! {
    /// What a mail domain is used for, as far as lists tell.
    pub enum DomainClass {
        /// On none of the lists: most likely an organisation's own.
        Business = "business",
        /// A provider that gives mailboxes to anybody.
        Free = "free",
        /// A forwarding address of a real person.
        Relay = "relay",
        /// A throw-away address.
        Disposable = "disposable",
    }
}

/// The tables that are data of the deployment and not of the program, so that they are refreshed
/// alone and weigh on nobody who does not ask them. Each has one entry a line, sorted by bytes.
///
/// An empty table is one that could not be read: what it would have told is then not known, and
/// nothing is held against an address for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lists<'a> {
    /// Domains of throw-away addresses.
    pub disposable_domains: &'a str,
    /// Mail hosts that serve hardly anything but throw-away domains.
    pub disposable_hosts: &'a str,
    /// Mailboxes of a function rather than a person.
    pub roles: &'a str,
    /// The top-level domains of the root zone, in A-labels.
    pub top_level_domains: &'a str,
}

impl Lists<'_> {
    /// Returns the class of `domain` (A-labels). A slip of a provider is none of its own, whoever has
    /// registered it: it is free, as the provider is.
    #[must_use]
    pub fn class(&self, domain: &str) -> DomainClass {
        class_by(domain, FREE, RELAYS, |domain| self.is_listed(domain))
    }

    /// Returns whether `domain`, or one above it, is on the list of disposable domains.
    #[must_use]
    pub fn is_listed(&self, domain: &str) -> bool {
        holds_self_or_parent(self.disposable_domains, domain)
    }

    /// Returns the domain that was probably meant, or `None` when `domain` may well be right.
    #[must_use]
    pub fn suggest_domain(&self, domain: &str) -> Option<String> {
        suggest_by(domain, FREE, RELAYS, |domain| self.is_listed(domain))
    }

    /// Returns whether a mail host, or a parent of it, is known for throw-away domains.
    #[must_use]
    pub fn is_disposable_host(&self, host: &str) -> bool {
        holds_self_or_parent(self.disposable_hosts, host)
    }

    /// Returns whether `local` names a function (sales, info…) and not a person.
    #[must_use]
    pub fn is_role(&self, local: &str) -> bool {
        let base = local.split('+').next().unwrap_or(local).to_ascii_lowercase();
        holds_line(self.roles, &base)
    }

    /// Returns whether the root zone has the ending of `domain`; an unread table knows of none
    /// that is missing. `example` is nobody's slip: RFC 2606 §2 keeps it for documents.
    #[must_use]
    pub fn has_known_ending(&self, domain: &str) -> bool {
        let ending = domain.rsplit('.').next().unwrap_or(domain);
        self.top_level_domains.is_empty()
            || ending == "example"
            || holds_line(self.top_level_domains, ending)
    }
}

/// Returns the class of `domain`: what is known to be honest is never disposable, whatever else a
/// list says.
pub(crate) fn class_by(
    domain: &str,
    free: &str,
    relays: &str,
    is_disposable: impl FnOnce(&str) -> bool,
) -> DomainClass {
    match () {
        () if holds_line(relays, domain) => DomainClass::Relay,
        () if holds_line(free, domain) => DomainClass::Free,
        () if is_disposable(domain) => match suggest_domain(domain, DomainClass::Disposable) {
            Some(_) => DomainClass::Free,
            None => DomainClass::Disposable,
        },
        () => DomainClass::Business,
    }
}

/// Returns the domain that was probably meant instead of `domain`, or `None`.
pub(crate) fn suggest_by(
    domain: &str,
    free: &str,
    relays: &str,
    is_disposable: impl FnOnce(&str) -> bool,
) -> Option<String> {
    let listed = match () {
        () if holds_line(relays, domain) => DomainClass::Relay,
        () if holds_line(free, domain) => DomainClass::Free,
        () if is_disposable(domain) => DomainClass::Disposable,
        () => DomainClass::Business,
    };
    suggest_domain(domain, listed)
}

/// Returns a domain and those above it, down to two labels.
pub(crate) fn self_and_parents(domain: &str) -> impl Iterator<Item = &str> {
    let names =
        std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, parent)| parent));
    names.filter(|name| name.contains('.'))
}

fn holds_self_or_parent(table: &str, domain: &str) -> bool {
    self_and_parents(domain).any(|name| holds_line(table, name))
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

    const LISTS: Lists<'_> = Lists {
        disposable_domains: include_str!("../../../public/lists/disposable_domains.txt"),
        disposable_hosts: include_str!("../../../public/lists/disposable_hosts.txt"),
        roles: include_str!("../../../public/lists/roles.txt"),
        top_level_domains: include_str!("../../../public/lists/top_level_domains.txt"),
    };

    #[test]
    fn tables_are_sorted_and_unique() {
        let Lists { disposable_domains, disposable_hosts, roles, top_level_domains } = LISTS;
        for table in [FREE, RELAYS, disposable_domains, disposable_hosts, roles, top_level_domains]
        {
            let lines: Vec<_> = table.lines().collect();
            assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(lines.iter().all(|line| holds_line(table, line)));
            assert!(!holds_line(table, "") && !holds_line(table, "~") && !holds_line(table, "!"));
        }
    }

    #[test]
    fn classes() {
        assert_eq!(LISTS.class("gmail.com"), DomainClass::Free);
        assert_eq!(LISTS.class("duck.com"), DomainClass::Relay);
        assert_eq!(LISTS.class("acme.co"), DomainClass::Business);
        assert_eq!(LISTS.class("com"), DomainClass::Business);
        assert_eq!(LISTS.class("mailinator.com"), DomainClass::Disposable);
        assert_eq!(LISTS.class("x.mailinator.com"), DomainClass::Disposable);
        assert!(LISTS.is_disposable_host("mx.dropmail.me"));
        assert!(!LISTS.is_disposable_host("notmx.dropmail.me.acme.co"));
        assert!(LISTS.is_role("Sales") && LISTS.is_role("info+web") && !LISTS.is_role("ada"));
    }

    #[test]
    fn endings() {
        assert!(LISTS.has_known_ending("acme.co") && LISTS.has_known_ending("acme.xn--p1ai"));
        assert!(!LISTS.has_known_ending("acme.con"));
        assert!(Lists::default().has_known_ending("acme.con"));
    }
}
