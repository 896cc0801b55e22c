//! The key that two spellings of one mailbox share (VALIDATION §6). It is for matching only: the
//! address is kept, shown and written to as it was typed.

use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use crate::named;

/// How a provider reads the part before the `@`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    /// The domain under which all of the provider's equal domains are keyed; empty keeps its own.
    domain: &'static str,
    /// What separates a tag that the provider ignores.
    tag: Tag,
    /// Characters that the provider ignores in the name.
    ignored: &'static str,
    /// Whether one account is known to be meant, or merely probable.
    certainty: Certainty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    /// Nothing is a tag.
    None,
    /// What follows a plus sign.
    Plus,
    /// What follows a hyphen; the part before it is chosen freely and is no account's name.
    Hyphen,
}

named! {
    /// How sure it is that two addresses of one key reach one person.
    pub enum Certainty {
        /// The provider's own word is weak or old: to be shown, and not acted on.
        Likely = "likely",
        /// The provider documents it.
        Certain = "certain",
    }
}

/// One mailbox, however it was spelled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailKey(String);

impl EmailKey {
    /// Returns the key of `address`, and how sure it is that equal keys are one mailbox.
    ///
    /// `provider` is the name that [`super::mail_provider`] gives for the domain's mail host, where
    /// that is known: an organisation's own domain takes tags when it is hosted by one that does.
    #[must_use]
    pub fn of(address: &EmailAddress, provider: Option<&str>) -> (Self, Certainty) {
        let local = address.local().to_lowercase();
        let domain = address.domain();
        // RFC 5233 subaddressing turned around: at Fastmail the name is in front of the domain.
        if let Some((user, host @ ("fastmail.com" | "fastmail.fm"))) = domain.split_once('.') {
            return (Self(format!("{user}@{host}")), Certainty::Certain);
        }
        let reading = reading(domain, provider);
        let name = match reading.tag {
            Tag::None => local.as_str(),
            Tag::Plus => local.split('+').next().unwrap_or_default(),
            Tag::Hyphen => local.split_inclusive('-').next().unwrap_or_default(),
        };
        // An address that starts with its tag has no other name.
        let name = if name.is_empty() { &local } else { name };
        let name: String = name.chars().filter(|c| !reading.ignored.contains(*c)).collect();
        let name = if reading.domain == YANDEX { name.replace('.', "-") } else { name };
        let domain = if reading.domain.is_empty() { domain } else { reading.domain };
        (Self(format!("{name}@{domain}")), reading.certainty)
    }

    /// Returns the key as text; it may look like an address and is none.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const YANDEX: &str = "yandex.ru";

fn reading(domain: &str, provider: Option<&str>) -> Reading {
    let plain = Reading { domain: "", tag: Tag::None, ignored: "", certainty: Certainty::Certain };
    let tagged = Reading { tag: Tag::Plus, ..plain };
    let (brand, tail) = domain.split_once('.').unwrap_or((domain, ""));
    match (brand, domain) {
        (_, "gmail.com" | "googlemail.com") => {
            Reading { domain: "gmail.com", ignored: ".", ..tagged }
        }
        (_, "icloud.com" | "me.com" | "mac.com") => Reading { domain: "icloud.com", ..tagged },
        (_, "proton.me" | "protonmail.com" | "protonmail.ch" | "pm.me") => {
            Reading { domain: "proton.me", ignored: ".-_", certainty: Certainty::Likely, ..tagged }
        }
        (_, "ya.ru") => Reading { domain: YANDEX, ..tagged },
        ("yandex", _) if is_country_tail(tail) => Reading { domain: YANDEX, ..tagged },
        ("outlook" | "hotmail" | "live" | "msn" | "windowslive", _) if is_country_tail(tail) => {
            tagged
        }
        (_, "fastmail.com" | "fastmail.fm" | "zoho.com" | "zohomail.com") => tagged,
        (_, "ymail.com" | "rocketmail.com" | "aol.com") => Reading { tag: Tag::Hyphen, ..plain },
        ("yahoo", _) if is_country_tail(tail) => Reading { tag: Tag::Hyphen, ..plain },
        _ => match provider {
            // Dots matter at an organisation's own domain, wherever it is hosted.
            Some("google_workspace" | "microsoft_365" | "fastmail" | "zoho" | "rackspace") => {
                tagged
            }
            _ => plain,
        },
    }
}

/// `com`, `fr`, `co.uk`, `com.br`: the endings under which a brand has its national sites. Any other
/// (`live.agency`) may be anybody's.
pub(crate) fn is_country_tail(tail: &str) -> bool {
    let country = |label: &str| label.len() == 2;
    match tail.split_once('.') {
        None => tail == "com" || country(tail),
        Some(("co" | "com", last)) => country(last),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::NativeUnicode;

    fn key(address: &str, provider: Option<&str>) -> String {
        let address = EmailAddress::parse(address, &NativeUnicode).unwrap();
        EmailKey::of(&address, provider).0.0
    }

    #[test]
    fn spellings_of_one_mailbox_share_a_key() {
        for (one, other) in [
            ("Jo.Hn+news@googlemail.com", "john@gmail.com"),
            ("john+a@outlook.fr", "JOHN@outlook.fr"),
            ("any@john.fastmail.com", "john@fastmail.com"),
            ("a.b+x@yandex.kz", "a-b@ya.ru"),
            ("j_o-h.n@pm.me", "john@proton.me"),
            ("base-shop@yahoo.co.uk", "base-bank@yahoo.co.uk"),
            ("x@bücher.example", "x@xn--bcher-kva.example"),
        ] {
            assert_eq!(key(one, None), key(other, None), "{one} {other}");
        }
        assert_eq!(key("a+b@acme.co", Some("google_workspace")), key("a@acme.co", None));
    }

    #[test]
    fn other_mailboxes_do_not() {
        for (one, other) in [
            ("a.b@outlook.com", "ab@outlook.com"),
            ("a@outlook.com", "a@hotmail.com"),
            ("a+b@yahoo.com", "a@yahoo.com"),
            ("base-shop@yahoo.com", "base@yahoo.com"),
            ("a+b@acme.co", "a@acme.co"),
            ("a+b@live.agency", "a@live.agency"),
            ("a.b@acme.co", "ab@acme.co"),
            ("+a@gmail.com", "+b@gmail.com"),
        ] {
            assert_ne!(key(one, None), key(other, None), "{one} {other}");
        }
        assert_ne!(
            key("a.b@acme.co", Some("google_workspace")),
            key("ab@acme.co", Some("google_workspace"))
        );
    }

    #[test]
    fn a_weak_rule_says_so() {
        let of = |text| EmailKey::of(&EmailAddress::parse(text, &NativeUnicode).unwrap(), None).1;
        assert_eq!(of("a@proton.me"), Certainty::Likely);
        assert_eq!(of("a@gmail.com"), Certainty::Certain);
    }
}
