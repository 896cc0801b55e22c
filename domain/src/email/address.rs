//! The syntax of an address: the strict-practical policy P0–P9 of VALIDATION §4.
//!
//! What real providers accept, and nothing that a mail system would mangle. Linear time, no
//! regular expression, and the length is looked at before anything else.

use std::fmt;

use crate::named;
use crate::text::{Category, Unicode, is_hidden, is_trimmable, visible};

/// The longest raw input that is looked at, in characters (P1).
pub const INPUT_CHARS_MAX: usize = 1024;
/// The longest address, in octets (RFC 5321 §4.5.3.1.3, less the angle brackets).
pub const ADDRESS_OCTETS_MAX: usize = 254;
/// The longest local part, in octets (RFC 5321 §4.5.3.1.1).
const LOCAL_OCTETS_MAX: usize = 64;
/// The longest domain, in octets (RFC 1035 §2.3.4).
const DOMAIN_OCTETS_MAX: usize = 253;
/// The longest label, in octets (RFC 1035 §2.3.4).
const LABEL_OCTETS_MAX: usize = 63;

/// Top-level names that never carry public mail: RFC 2606, 6761, 6762, 7686, 8375, 9476 and ICANN's
/// reserved `internal`, `home`, `corp`; `lan` and its like are common on private networks.
const SPECIAL_USE: [&str; 17] = [
    "alt",
    "arpa",
    "corp",
    "domain",
    "example",
    "home",
    "host",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

named! {
    /// Why an address is not one, as a stable string.
    pub enum SyntaxReason {
        /// Nothing was typed.
        Empty = "empty",
        /// More than [`INPUT_CHARS_MAX`] characters, or an address over [`ADDRESS_OCTETS_MAX`] octets.
        TooLong = "too_long",
        /// An invisible or control character.
        ControlChar = "control_char",
        /// A space inside the address.
        Space = "space",
        /// No `@`, or more than one.
        AtCount = "at_count",
        /// Nothing before the `@`.
        LocalEmpty = "local_empty",
        /// A dot at an end of the local part, or two in a row.
        LocalDots = "local_dots",
        /// A character that no provider allows before the `@`.
        LocalChar = "local_char",
        /// A quoted local part.
        LocalQuoted = "local_quoted",
        /// A local part over 64 octets.
        LocalTooLong = "local_too_long",
        /// Nothing after the `@`.
        DomainEmpty = "domain_empty",
        /// A character that no domain has.
        DomainChar = "domain_char",
        /// A label over 63 octets, or a domain over 253.
        LabelLength = "label_length",
        /// An empty label: a dot at an end of the domain, or two in a row.
        DomainDots = "domain_dots",
        /// An IP address in place of a domain.
        IpLiteral = "ip_literal",
        /// No dot in the domain.
        Dotless = "dotless",
        /// A top-level name that is not alphabetic or too short.
        TldUnknown = "tld_unknown",
        /// A name reserved for private or special use.
        SpecialUse = "special_use",
        /// No valid internationalised form (UTS #46).
        IdnaInvalid = "idna_invalid",
    }
}

/// What is wrong with an address, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address: {reason:?} at byte {position}")]
pub struct EmailError {
    /// The rule that is broken.
    pub reason: SyntaxReason,
    /// The byte position in the trimmed input.
    pub position: usize,
}

/// A syntactically good address: local part as typed in NFC, domain in lower-case A-labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    local: String,
    domain: String,
}

impl EmailAddress {
    /// Parses what a person typed, trimming white space and invisible characters at both ends.
    ///
    /// # Errors
    /// [`EmailError`] with the first rule of VALIDATION §4 that is broken, in its order.
    pub fn parse(raw: &str, unicode: &impl Unicode) -> Result<Self, EmailError> {
        let fail = |reason, position| EmailError { reason, position };
        if raw.len() > INPUT_CHARS_MAX * 4 {
            return Err(fail(SyntaxReason::TooLong, INPUT_CHARS_MAX));
        }
        let text = raw.trim_matches(is_trimmable);
        if text.is_empty() {
            return Err(fail(SyntaxReason::Empty, 0));
        }
        if text.chars().count() > INPUT_CHARS_MAX {
            return Err(fail(SyntaxReason::TooLong, INPUT_CHARS_MAX));
        }
        if let Some((at, _)) = text.char_indices().find(|(_, c)| is_hidden(*c)) {
            return Err(fail(SyntaxReason::ControlChar, at));
        }
        if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_whitespace()) {
            return Err(fail(SyntaxReason::Space, at));
        }
        let mut signs = text.match_indices('@').map(|(at, _)| at);
        let (Some(at), extra) = (signs.next(), signs.next()) else {
            return Err(fail(SyntaxReason::AtCount, text.len()));
        };
        if let Some(second) = extra {
            return Err(fail(SyntaxReason::AtCount, second));
        }
        let (local, domain) = (text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or(""));
        let parsed = parse_local(local, may_have_stray_dots(domain), unicode)?;
        let domain = parse_domain(domain, unicode)
            .map_err(|error| fail(error.reason, error.position + at + 1))?;
        // The typed form may be what a mail system is handed, so it has to fit as well.
        if parsed.len().max(local.len()) + 1 + domain.len() > ADDRESS_OCTETS_MAX {
            return Err(fail(SyntaxReason::TooLong, ADDRESS_OCTETS_MAX));
        }
        Ok(Self { local: parsed, domain })
    }

    /// Reads an address as people have it: copied with direction marks around it, typed in full width, or
    /// ended as DNS ends a name. What [`EmailAddress::parse`] takes is never changed.
    ///
    /// # Errors
    /// What is wrong with the text as it was typed.
    pub fn read(raw: &str, unicode: &impl Unicode) -> Result<Self, EmailError> {
        let strict = Self::parse(raw, unicode);
        let Err(error) = strict else { return strict };
        if error.reason == SyntaxReason::TooLong {
            return Err(error);
        }
        let visible = visible(raw);
        let text = visible.trim_matches(is_trimmable);
        // A name in DNS may end with the root (RFC 1034 §3.1).
        let text = text.strip_suffix('.').unwrap_or(text);
        let read = Self::parse(text, unicode);
        if read.is_ok() || text.is_ascii() {
            return read.map_err(|_| error);
        }
        // UAX #15: letters of full width are the same letters.
        Self::parse(&unicode.nfkc(text), unicode).map_err(|_| error)
    }

    /// Returns whether it has dots that RFC 5321 §4.1.2 does not allow: an old mailbox of a carrier that
    /// gave them out, which many mail programs refuse to write to.
    #[must_use]
    pub fn has_stray_dots(&self) -> bool {
        self.local.contains("..") || self.local.ends_with('.')
    }

    /// Returns the part before the `@`, in NFC, case as typed.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Reads an address that was checked before and written by its `Display`.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        Some(Self { local: local.to_owned(), domain: domain.to_owned() })
    }

    /// Returns the mail domain in lower-case A-labels.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns whether delivery needs SMTPUTF8 (RFC 6531), which DNS cannot promise.
    #[must_use]
    pub fn is_internationalized(&self) -> bool {
        !self.local.is_ascii()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// Returns the address inside a pasted link (`mailto:…`) or name (`Ada <…>`), to be offered to
/// whoever pasted it and never taken over in silence (P0 of VALIDATION §4).
#[must_use]
pub fn unwrapped(raw: &str) -> Option<&str> {
    let text = raw.trim_matches(is_trimmable);
    let link = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let inner = match link {
        Some(_) => text.get(7..)?.split('?').next()?,
        None => text.strip_suffix('>')?.rsplit_once('<')?.1,
    };
    Some(inner.trim_matches(is_trimmable)).filter(|inner| inner.contains('@'))
}

/// Carriers that let their customers choose names with two dots in a row or one before the `@`, as NTT
/// Docomo did until 2009-04-01 and au did as well. They still work.
const STRAY_DOT_CARRIERS: [&str; 2] = ["docomo.ne.jp", "ezweb.ne.jp"];

fn may_have_stray_dots(domain: &str) -> bool {
    STRAY_DOT_CARRIERS.iter().any(|carrier| domain.eq_ignore_ascii_case(carrier))
}

fn parse_local(
    local: &str,
    may_have_stray_dots: bool,
    unicode: &impl Unicode,
) -> Result<String, EmailError> {
    let fail = |reason, position| EmailError { reason, position };
    if local.is_empty() {
        return Err(fail(SyntaxReason::LocalEmpty, 0));
    }
    if local.len() > LOCAL_OCTETS_MAX {
        return Err(fail(SyntaxReason::LocalTooLong, LOCAL_OCTETS_MAX));
    }
    if let Some((at, bad)) = local.char_indices().find(|(_, c)| c.is_ascii() && !is_atext(*c)) {
        let reason = if bad == '"' { SyntaxReason::LocalQuoted } else { SyntaxReason::LocalChar };
        return Err(fail(reason, at));
    }
    if local.starts_with('.') {
        return Err(fail(SyntaxReason::LocalDots, 0));
    }
    if let Some(at) = local.find("..").filter(|_| !may_have_stray_dots) {
        return Err(fail(SyntaxReason::LocalDots, at + 1));
    }
    if local.ends_with('.') && !may_have_stray_dots {
        return Err(fail(SyntaxReason::LocalDots, local.len() - 1));
    }
    if local.is_ascii() {
        return Ok(local.to_owned());
    }
    // RFC 6531 §3.3 allows all of Unicode; what providers issue are the letters, marks and digits of
    // a script, none of which is another one in disguise (P4).
    let strange = |c: char| !c.is_ascii() && unicode.category(c) == Category::Other;
    if let Some((at, _)) = local.char_indices().find(|(_, c)| strange(*c)) {
        return Err(fail(SyntaxReason::LocalChar, at));
    }
    let composed = unicode.nfc(local);
    // A mark at the start has nothing to combine with.
    let starts_with_mark = local
        .chars()
        .next()
        .is_some_and(|c| !c.is_ascii() && unicode.category(c) == Category::Mark);
    if starts_with_mark || unicode.nfkc(local) != composed {
        return Err(fail(SyntaxReason::LocalChar, 0));
    }
    Ok(composed)
}

/// RFC 5322 §3.2.3 atext, and the dot between atoms.
fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

/// Parses a mail domain and returns it in lower-case A-labels.
///
/// # Errors
/// [`EmailError`] with P5–P7 of VALIDATION §4, positions counted from the start of `domain`.
pub fn parse_domain(domain: &str, unicode: &impl Unicode) -> Result<String, EmailError> {
    let fail = |reason, position| EmailError { reason, position };
    if domain.is_empty() {
        return Err(fail(SyntaxReason::DomainEmpty, 0));
    }
    if domain.starts_with('[') {
        return Err(fail(SyntaxReason::IpLiteral, 0));
    }
    if domain.len() > DOMAIN_OCTETS_MAX * 4 {
        return Err(fail(SyntaxReason::LabelLength, DOMAIN_OCTETS_MAX));
    }
    // A browser's URL parser would cut the name at any of these, so they are refused before it.
    let bad = |c: &char| c.is_ascii() && !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    if let Some((at, _)) = domain.char_indices().find(|(_, c)| bad(c)) {
        return Err(fail(SyntaxReason::DomainChar, at));
    }
    if let Some(at) = domain.find("..").filter(|_| !domain.is_ascii()) {
        return Err(fail(SyntaxReason::DomainDots, at + 1));
    }
    let ascii = to_ascii(domain, unicode).ok_or_else(|| fail(SyntaxReason::IdnaInvalid, 0))?;
    if ascii.len() > DOMAIN_OCTETS_MAX {
        return Err(fail(SyntaxReason::LabelLength, DOMAIN_OCTETS_MAX));
    }
    let mut start = 0;
    for label in ascii.split('.') {
        if label.is_empty() {
            return Err(fail(SyntaxReason::DomainDots, start));
        }
        if label.len() > LABEL_OCTETS_MAX {
            return Err(fail(SyntaxReason::LabelLength, start));
        }
        let hyphens_fit = !label.starts_with('-') && !label.ends_with('-');
        // RFC 5891 §4.2.3.1: “--” in places 3 and 4 belongs to A-labels alone.
        let reserved = label.get(2..4) == Some("--") && !label.starts_with("xn--");
        let known =
            label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !hyphens_fit || reserved || !known {
            return Err(fail(SyntaxReason::DomainChar, start));
        }
        start += label.len() + 1;
    }
    let Some((_, tld)) = ascii.rsplit_once('.') else {
        return Err(fail(SyntaxReason::Dotless, 0));
    };
    let tld_at = ascii.len() - tld.len();
    if ascii.split('.').all(|label| label.bytes().all(|b| b.is_ascii_digit())) {
        return Err(fail(SyntaxReason::IpLiteral, 0));
    }
    let alphabetic = tld.len() >= 2 && tld.bytes().all(|b| b.is_ascii_lowercase());
    if !(alphabetic || tld.starts_with("xn--")) {
        return Err(fail(SyntaxReason::TldUnknown, tld_at));
    }
    if SPECIAL_USE.contains(&tld) && tld != "example" {
        return Err(fail(SyntaxReason::SpecialUse, tld_at));
    }
    Ok(ascii)
}

/// Characters that IDNA 2008 takes though they are no letter, mark or digit: U+3007, those that
/// RFC 5892 appendix A allows in context, and the full stops that UTS #46 maps to a dot.
const IDNA_EXTRA: [char; 13] = [
    '\u{b7}', '\u{375}', '\u{5f3}', '\u{5f4}', '\u{6fd}', '\u{6fe}', '\u{200c}', '\u{200d}',
    '\u{3002}', '\u{3007}', '\u{30fb}', '\u{ff0e}', '\u{ff61}',
];

/// Returns the A-labels of `domain`, or `None` when it has none.
///
/// A name typed in ASCII is the one on the wire, so each A-label of it is judged by itself; how its
/// labels would stand beside each other on a screen (the Bidi rule across labels) is asked only of a
/// name that was typed in its script.
fn to_ascii(domain: &str, unicode: &impl Unicode) -> Option<String> {
    if domain.is_ascii() {
        let lower = domain.to_ascii_lowercase();
        let a_labels = lower.split('.').filter(|label| label.starts_with("xn--"));
        let valid = |label: &str| unicode.domain_to_ascii(label).is_some_and(|same| same == label);
        return a_labels.into_iter().all(valid).then_some(lower);
    }
    // UTS #46 lets symbols through that no registry sells (RFC 5892 §2.6).
    let sold =
        |c: char| c.is_ascii() || IDNA_EXTRA.contains(&c) || unicode.category(c) != Category::Other;
    domain.chars().all(sold).then(|| unicode.domain_to_ascii(domain))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::NativeUnicode;

    fn check(raw: &str, expected: Result<&str, (SyntaxReason, usize)>) {
        let got = EmailAddress::parse(raw, &NativeUnicode);
        let got = got.map(|a| a.to_string()).map_err(|e| (e.reason, e.position));
        assert_eq!(got, expected.map(str::to_owned), "{raw:?}");
    }

    #[test]
    fn accepts_what_providers_accept() {
        check("ada@acme.co", Ok("ada@acme.co"));
        check("  Ada.L+x@ACME.co\n", Ok("Ada.L+x@acme.co"));
        check("用户@例え.jp", Ok("用户@xn--r8jz45g.jp"));
        check("x@ｇｍａｉｌ.com", Ok("x@gmail.com"));
        check("o'brien@acme.museum", Ok("o'brien@acme.museum"));
        // The virama is a mark and no letter.
        check("क्षमा@acme.co", Ok("क्षमा@acme.co"));
        check("me@1.xn--4dbrk0ce", Ok("me@1.xn--4dbrk0ce"));
    }

    #[test]
    fn refuses_the_rest_with_reason_and_place() {
        use SyntaxReason as R;
        check("", Err((R::Empty, 0)));
        check("ada", Err((R::AtCount, 3)));
        check("a@b@c.co", Err((R::AtCount, 3)));
        check("\"a b\"@acme.co", Err((R::Space, 2)));
        check("\"ab\"@acme.co", Err((R::LocalQuoted, 0)));
        check("a b@acme.co", Err((R::Space, 1)));
        check(".a@acme.co", Err((R::LocalDots, 0)));
        check("a..b@acme.co", Err((R::LocalDots, 2)));
        check("a.@acme.co", Err((R::LocalDots, 1)));
        check("a(b)@acme.co", Err((R::LocalChar, 1)));
        check("@acme.co", Err((R::LocalEmpty, 0)));
        check("a@", Err((R::DomainEmpty, 2)));
        check("a@[127.0.0.1]", Err((R::IpLiteral, 2)));
        check("a@1.2.3.4", Err((R::IpLiteral, 2)));
        check("a@acme", Err((R::Dotless, 2)));
        check("a@localhost", Err((R::Dotless, 2)));
        check("a@acme.local", Err((R::SpecialUse, 7)));
        check("a@acme.c", Err((R::TldUnknown, 7)));
        check("a@acme..co", Err((R::DomainDots, 7)));
        check("a@acme.co.", Err((R::DomainDots, 10)));
        check(&format!("a@{}.co", "b".repeat(64)), Err((R::LabelLength, 2)));
        check("a@my_shop.co", Err((R::DomainChar, 4)));
        check("a@-acme.co", Err((R::DomainChar, 2)));
        check("a@ab--cd.co", Err((R::DomainChar, 2)));
        check(&format!("{}@acme.co", "a".repeat(65)), Err((R::LocalTooLong, 64)));
        check("a\u{202e}b@acme.co", Err((R::ControlChar, 1)));
        check("a@xn--a.co", Err((R::IdnaInvalid, 2)));
        check("a@snow☃.co", Err((R::IdnaInvalid, 2)));
        check("ａ@acme.co", Err((R::LocalChar, 0)));
        check("\u{300}a@acme.co", Err((R::LocalChar, 0)));
        check("a║b@acme.co", Err((R::LocalChar, 1)));
        check("＠@acme.co", Err((R::LocalChar, 0)));
        check("\u{b}a@acme.co", Err((R::ControlChar, 0)));
        check("\u{fdef}@acme.co", Err((R::ControlChar, 0)));
    }

    #[test]
    fn an_address_is_read_as_people_have_it() {
        let read = |raw: &str| EmailAddress::read(raw, &NativeUnicode).map(|a| a.to_string());
        for (raw, expected) in [
            ("\u{202a}ada@acme.co\u{202c}", "ada@acme.co"),
            ("ada@acme.co\u{200f}", "ada@acme.co"),
            ("a\u{ad}da@acme.co", "ada@acme.co"),
            ("\u{2003}ada@acme.co\u{2007}", "ada@acme.co"),
            ("hanako\u{ff20}example.com", "hanako@example.com"),
            ("\u{ff48}\u{ff41}nako@example.com", "hanako@example.com"),
            ("ada@acme.co.", "ada@acme.co"),
            ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
            ("plumbline..test@docomo.ne.jp", "plumbline..test@docomo.ne.jp"),
            ("plumbline.@DOCOMO.ne.jp", "plumbline.@docomo.ne.jp"),
        ] {
            assert_eq!(read(raw).as_deref(), Ok(expected), "{raw:?}");
        }
        let reason = |raw: &str| EmailAddress::read(raw, &NativeUnicode).unwrap_err().reason;
        assert_eq!(reason("ada\n@acme.co"), SyntaxReason::ControlChar);
        assert_eq!(reason("ada@acme..co"), SyntaxReason::DomainDots);
        assert_eq!(reason("plumbline..test@gmail.com"), SyntaxReason::LocalDots);
        assert_eq!(reason(".a@docomo.ne.jp"), SyntaxReason::LocalDots);
    }

    #[test]
    fn a_pasted_link_or_name_holds_an_address() {
        assert_eq!(unwrapped(" MailTo:ada@acme.co?subject=Hi "), Some("ada@acme.co"));
        assert_eq!(unwrapped("Ada L. <ada@acme.co>"), Some("ada@acme.co"));
        for other in ["ada@acme.co", "<>", "Ada <ada>", "mailto:", "é"] {
            assert_eq!(unwrapped(other), None, "{other}");
        }
    }

    #[test]
    fn hostile_inputs_are_refused_by_length_first() {
        // VALIDATION §3: each would be quadratic in a careless parser.
        for raw in [
            format!("{}@example.com", "\u{301}".repeat(50_000)),
            format!("me@é.xn--{}.com", "9".repeat(200_000)),
            format!("a@{}", "\u{660}".repeat(40_000)),
            format!("a@{}!", "a.".repeat(25_000)),
        ] {
            let got = EmailAddress::parse(&raw, &NativeUnicode).map_err(|e| e.reason);
            assert_eq!(got, Err(SyntaxReason::TooLong));
        }
    }
}
