//! What DNS facts mean for an address. DNS can refuse a domain; it can never prove a mailbox.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::address::{EmailAddress, SyntaxReason};
use super::lists::{DomainClass, Lists};
use crate::time::Timestamp;

/// What one DNS question was answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// The records, as many as there are.
    Records(Vec<T>),
    /// The name exists and has no such record (RFC 2308 §2.2).
    NoData,
    /// The name does not exist (RFC 2308 §2.1).
    NxDomain,
    /// No usable answer came.
    Failed(DnsFailure),
}

/// Why a question has no usable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DnsFailure {
    /// Nothing came within the time allowed.
    Timeout,
    /// The resolver answered SERVFAIL.
    ServFail,
    /// The resolver answered REFUSED.
    Refused,
    /// No resolver could be reached, or it spoke something other than DNS.
    Unreachable,
    /// The caller asked for more domains than one client may.
    LookupLimit,
}

/// One MX record (RFC 1035 §3.3.9); the host is lower case without the root dot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxRecord {
    /// Lower is preferred.
    pub preference: u16,
    /// The host that takes mail; empty for a null MX (RFC 7505).
    pub host: String,
}

/// What the resolver said about a mail domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainFacts {
    /// The MX set.
    pub mx: Answer<MxRecord>,
    /// The IPv4 addresses of the domain itself.
    pub a: Answer<Ipv4Addr>,
    /// The IPv6 addresses of the domain itself.
    pub aaaa: Answer<Ipv6Addr>,
    /// When the answers came.
    pub checked_at: Timestamp,
    /// How long they took together, in milliseconds.
    pub resolver_ms: u32,
    /// How long they may be kept, in seconds.
    pub ttl_s: u32,
}

impl DomainFacts {
    /// Returns the facts of a look-up that failed as a whole.
    #[must_use]
    pub fn failed(failure: DnsFailure, checked_at: Timestamp, resolver_ms: u32) -> Self {
        Self {
            mx: Answer::Failed(failure),
            a: Answer::Failed(failure),
            aaaa: Answer::Failed(failure),
            checked_at,
            resolver_ms,
            ttl_s: 30,
        }
    }
}

/// The verdict on an address. `deliverable` says that its domain takes mail, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The domain takes mail and nothing speaks against the address.
    Deliverable,
    /// The domain may take mail, but something speaks against the address.
    Risky,
    /// The domain takes no mail, or the address is not one.
    Undeliverable,
    /// It could not be found out.
    Unknown,
}

impl Verdict {
    /// Returns the stable string.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deliverable => "deliverable",
            Self::Risky => "risky",
            Self::Undeliverable => "undeliverable",
            Self::Unknown => "unknown",
        }
    }
}

/// A reason for a verdict, or a note beside it; stable strings of VALIDATION §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name is the documented reason itself")]
pub enum Reason {
    // Syntax.
    Empty,
    TooLong,
    ControlChar,
    Space,
    AtCount,
    LocalEmpty,
    LocalDots,
    LocalChar,
    LocalQuoted,
    LocalTooLong,
    DomainEmpty,
    DomainChar,
    LabelLength,
    IpLiteral,
    Dotless,
    TldUnknown,
    SpecialUse,
    IdnaInvalid,
    // Domain.
    MxOk,
    Nxdomain,
    NullMx,
    NoMailHost,
    MxIpLiteral,
    MxLocalhost,
    AddressNotPublic,
    DnsTimeout,
    DnsServfail,
    DnsRefused,
    NsUnreachable,
    LookupLimit,
    // Risk.
    DisposableDomain,
    Relay,
    Role,
    FreeProvider,
    TypoSuspected,
    EaiLocal,
    ImplicitMx,
}

/// What is known about the mailbox itself; DNS never changes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mailbox {
    /// Nobody has confirmed, replied or bounced yet.
    #[default]
    Unverified,
}

/// One check with its answer, as shown to the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What was asked: `syntax`, `mx`, `a`, `aaaa`, `lists`.
    pub check: String,
    /// What came back, in the words of the protocol.
    pub answer: String,
}

/// The verdict on one address with everything it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assessment {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, most important first.
    pub reasons: Vec<Reason>,
    /// What kind of domain it is.
    pub domain_class: DomainClass,
    /// Always `unverified` until a person or a mail server says otherwise.
    #[serde(default)]
    pub mailbox: Mailbox,
    /// The domain that was probably meant, when a slip is suspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Each check with its answer.
    pub evidence: Vec<Evidence>,
    /// When the resolver was asked.
    pub checked_at: Timestamp,
    /// How long the resolver took, in milliseconds; 0 when it was not asked.
    pub resolver_ms: u32,
}

impl Assessment {
    /// Returns the assessment of a text that is not an address.
    #[must_use]
    pub fn of_bad_syntax(reason: SyntaxReason, now: Timestamp) -> Self {
        let reason = reason.into();
        Self {
            verdict: Verdict::Undeliverable,
            reasons: vec![reason],
            domain_class: DomainClass::Business,
            mailbox: Mailbox::Unverified,
            suggestion: None,
            evidence: vec![evidence("syntax", wire_name(reason))],
            checked_at: now,
            resolver_ms: 0,
        }
    }
}

/// Returns the verdict on `address` from DNS facts and lists (VALIDATION §2, §4).
///
/// A resolver that failed gives [`Verdict::Unknown`], whatever the lists say about the domain,
/// except that a disposable domain stays risky.
#[must_use]
pub fn assess(address: &EmailAddress, facts: &DomainFacts, lists: &Lists<'_>) -> Assessment {
    let domain = address.domain();
    let (mut verdict, mut reasons) = assess_domain(facts);
    let class = lists.class(domain);
    let suggestion = lists.suggest_domain(domain);

    let mut risks = Vec::new();
    if class == DomainClass::Disposable {
        risks.push(Reason::DisposableDomain);
    }
    // A living domain is taken at its word; only a dead or doubtful one is called a slip.
    let typo_suspected = suggestion.is_some() && verdict != Verdict::Deliverable;
    if typo_suspected {
        risks.push(Reason::TypoSuspected);
    }
    if lists.is_role(address.local()) {
        risks.push(Reason::Role);
    }
    if address.is_internationalized() {
        risks.push(Reason::EaiLocal);
    }
    let disposable = class == DomainClass::Disposable;
    if (verdict == Verdict::Deliverable && !risks.is_empty())
        || (verdict == Verdict::Unknown && disposable)
    {
        verdict = Verdict::Risky;
    }
    reasons.extend(risks);
    match class {
        DomainClass::Free => reasons.push(Reason::FreeProvider),
        DomainClass::Relay => reasons.push(Reason::Relay),
        DomainClass::Business | DomainClass::Disposable => {}
    }
    let mut evidence = vec![evidence("syntax", "ok".to_owned())];
    evidence.extend(dns_evidence(facts));
    evidence.push(self::evidence("lists", class_name(class).to_owned()));
    Assessment {
        verdict,
        reasons,
        domain_class: class,
        mailbox: Mailbox::Unverified,
        suggestion,
        evidence,
        checked_at: facts.checked_at,
        resolver_ms: facts.resolver_ms,
    }
}

fn assess_domain(facts: &DomainFacts) -> (Verdict, Vec<Reason>) {
    match &facts.mx {
        Answer::Records(records) => assess_mx(records),
        Answer::NxDomain => (Verdict::Undeliverable, vec![Reason::Nxdomain]),
        Answer::NoData => assess_implicit_mx(facts),
        Answer::Failed(failure) => (Verdict::Unknown, vec![failure_reason(*failure)]),
    }
}

fn assess_mx(records: &[MxRecord]) -> (Verdict, Vec<Reason>) {
    let hosts: Vec<&str> =
        records.iter().map(|r| r.host.as_str()).filter(|host| !host.is_empty()).collect();
    // RFC 7505 §3 wants exactly one “0 .”; any set whose every target is the root takes no mail.
    if hosts.is_empty() {
        return (Verdict::Undeliverable, vec![Reason::NullMx]);
    }
    let literal =
        |host: &&str| host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok();
    let local = |host: &&str| *host == "localhost" || host.ends_with(".localhost");
    if hosts.iter().all(literal) {
        return (Verdict::Undeliverable, vec![Reason::MxIpLiteral]);
    }
    if hosts.iter().all(|host| local(host) || literal(host)) {
        return (Verdict::Undeliverable, vec![Reason::MxLocalhost]);
    }
    (Verdict::Deliverable, vec![Reason::MxOk])
}

/// RFC 5321 §5.1: without an MX the address record of the domain itself takes the mail. Web hosts
/// answer one for anything, so this is a risk and not a proof.
fn assess_implicit_mx(facts: &DomainFacts) -> (Verdict, Vec<Reason>) {
    let v4: &[Ipv4Addr] = if let Answer::Records(found) = &facts.a { found } else { &[] };
    let v6: &[Ipv6Addr] = if let Answer::Records(found) = &facts.aaaa { found } else { &[] };
    if v4.iter().any(|ip| is_public_v4(*ip)) || v6.iter().any(|ip| is_public_v6(*ip)) {
        return (Verdict::Risky, vec![Reason::ImplicitMx]);
    }
    let failed = [failure_of(&facts.a), failure_of(&facts.aaaa)].into_iter().flatten().next();
    match failed {
        Some(failure) => (Verdict::Unknown, vec![failure_reason(failure)]),
        None if v4.is_empty() && v6.is_empty() => {
            (Verdict::Undeliverable, vec![Reason::NoMailHost])
        }
        None => (Verdict::Undeliverable, vec![Reason::AddressNotPublic]),
    }
}

fn failure_of<T>(answer: &Answer<T>) -> Option<DnsFailure> {
    if let Answer::Failed(failure) = answer { Some(*failure) } else { None }
}

const fn failure_reason(failure: DnsFailure) -> Reason {
    match failure {
        DnsFailure::Timeout => Reason::DnsTimeout,
        DnsFailure::ServFail => Reason::DnsServfail,
        DnsFailure::Refused => Reason::DnsRefused,
        DnsFailure::Unreachable => Reason::NsUnreachable,
        DnsFailure::LookupLimit => Reason::LookupLimit,
    }
}

/// RFC 6890 and its registry, as far as a mail server could be hidden there.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_broadcast()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || benchmark)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    // RFC 6052: behind the well-known NAT64 prefix the last 32 bits are an IPv4 address.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = ip.segments() {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let [first, second, ..] = ip.segments();
    let documentation = first == 0x2001 && second == 0x0db8;
    !(ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_multicast()
        || ip.is_unique_local()
        || ip.is_unicast_link_local()
        || documentation)
}

fn evidence(check: &str, answer: String) -> Evidence {
    Evidence { check: check.to_owned(), answer }
}

fn dns_evidence(facts: &DomainFacts) -> Vec<Evidence> {
    let mx = |record: &MxRecord| {
        format!("{} {}", record.preference, if record.host.is_empty() { "." } else { &record.host })
    };
    let mut list = vec![evidence("mx", described(&facts.mx, mx))];
    if !matches!(facts.mx, Answer::Records(_)) {
        list.push(evidence("a", described(&facts.a, ToString::to_string)));
        list.push(evidence("aaaa", described(&facts.aaaa, ToString::to_string)));
    }
    list
}

/// The most records shown of one answer.
const RECORDS_SHOWN_MAX: usize = 5;

fn described<T>(answer: &Answer<T>, show: impl Fn(&T) -> String) -> String {
    match answer {
        Answer::Records(records) => {
            let shown: Vec<_> = records.iter().take(RECORDS_SHOWN_MAX).map(show).collect();
            shown.join(", ")
        }
        Answer::NoData => "no such record".to_owned(),
        Answer::NxDomain => "the name does not exist".to_owned(),
        Answer::Failed(failure) => wire_name(failure_reason(*failure)),
    }
}

const fn class_name(class: DomainClass) -> &'static str {
    match class {
        DomainClass::Business => "business",
        DomainClass::Free => "free",
        DomainClass::Relay => "relay",
        DomainClass::Disposable => "disposable",
    }
}

/// Returns the snake-case name that serde writes, without a serializer.
fn wire_name(reason: Reason) -> String {
    let mut name = String::new();
    for c in format!("{reason:?}").chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

impl From<SyntaxReason> for Reason {
    fn from(reason: SyntaxReason) -> Self {
        use SyntaxReason as S;
        match reason {
            S::Empty => Self::Empty,
            S::TooLong => Self::TooLong,
            S::ControlChar => Self::ControlChar,
            S::Space => Self::Space,
            S::AtCount => Self::AtCount,
            S::LocalEmpty => Self::LocalEmpty,
            S::LocalDots => Self::LocalDots,
            S::LocalChar => Self::LocalChar,
            S::LocalQuoted => Self::LocalQuoted,
            S::LocalTooLong => Self::LocalTooLong,
            S::DomainEmpty => Self::DomainEmpty,
            S::DomainChar => Self::DomainChar,
            S::LabelLength => Self::LabelLength,
            S::IpLiteral => Self::IpLiteral,
            S::Dotless => Self::Dotless,
            S::TldUnknown => Self::TldUnknown,
            S::SpecialUse => Self::SpecialUse,
            S::IdnaInvalid => Self::IdnaInvalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tests::TestUnicode;

    const LISTS: Lists<'_> = Lists {
        disposable_domains: "mailinator.com",
        disposable_hosts: "mx.dropmail.me",
        roles: "info",
        top_level_domains: "co\ncom",
    };

    fn facts(mx: Answer<MxRecord>, a: &[&str], aaaa: &[&str]) -> DomainFacts {
        fn answer<T: std::str::FromStr>(list: &[&str]) -> Answer<T> {
            let found: Vec<T> = list.iter().filter_map(|ip| ip.parse().ok()).collect();
            if found.is_empty() { Answer::NoData } else { Answer::Records(found) }
        }
        DomainFacts {
            mx,
            a: answer(a),
            aaaa: answer(aaaa),
            checked_at: Timestamp::default(),
            resolver_ms: 7,
            ttl_s: 300,
        }
    }

    fn mx(hosts: &[&str]) -> Answer<MxRecord> {
        Answer::Records(
            hosts.iter().map(|h| MxRecord { preference: 10, host: (*h).to_owned() }).collect(),
        )
    }

    fn check(address: &str, facts: &DomainFacts, verdict: Verdict, reasons: &[Reason]) {
        let address = EmailAddress::parse(address, &TestUnicode).unwrap();
        let got = assess(&address, facts, &LISTS);
        assert_eq!((got.verdict, got.reasons.as_slice()), (verdict, reasons), "{address}");
        assert_eq!(got.mailbox, Mailbox::Unverified);
    }

    #[test]
    fn verdicts_follow_the_facts() {
        use Reason as R;
        use Verdict as V;
        let good = facts(mx(&["mx.acme.co"]), &[], &[]);
        check("ada@acme.co", &good, V::Deliverable, &[R::MxOk]);
        check("ada@gmail.com", &good, V::Deliverable, &[R::MxOk, R::FreeProvider]);
        check("info@acme.co", &good, V::Risky, &[R::MxOk, R::Role]);
        check("a@mailinator.com", &good, V::Risky, &[R::MxOk, R::DisposableDomain]);
        check("a@iclud.com", &good, V::Deliverable, &[R::MxOk]);
        check("用户@acme.co", &good, V::Risky, &[R::MxOk, R::EaiLocal]);
        check("a@acme.co", &facts(mx(&[""]), &["192.0.2.1"], &[]), V::Undeliverable, &[R::NullMx]);
        check(
            "a@acme.co",
            &facts(mx(&["127.0.0.1"]), &[], &[]),
            V::Undeliverable,
            &[R::MxIpLiteral],
        );
        check(
            "a@acme.co",
            &facts(mx(&["localhost"]), &[], &[]),
            V::Undeliverable,
            &[R::MxLocalhost],
        );
        let nx = facts(Answer::NxDomain, &[], &[]);
        check("a@iclud.com", &nx, V::Undeliverable, &[R::Nxdomain, R::TypoSuspected]);
        let implicit = |a: &[&str], aaaa: &[&str]| facts(Answer::NoData, a, aaaa);
        check("a@acme.co", &implicit(&["8.8.8.8"], &[]), V::Risky, &[R::ImplicitMx]);
        check("a@acme.co", &implicit(&[], &["2606:4700::1"]), V::Risky, &[R::ImplicitMx]);
        check(
            "a@acme.co",
            &implicit(&["10.0.0.1"], &["64:ff9b::a00:1"]),
            V::Undeliverable,
            &[R::AddressNotPublic],
        );
        check("a@acme.co", &implicit(&[], &[]), V::Undeliverable, &[R::NoMailHost]);
    }

    #[test]
    fn a_failed_resolver_is_never_a_bad_address() {
        for failure in [
            DnsFailure::Timeout,
            DnsFailure::ServFail,
            DnsFailure::Refused,
            DnsFailure::Unreachable,
            DnsFailure::LookupLimit,
        ] {
            let facts = DomainFacts::failed(failure, Timestamp::default(), 140);
            check("a@acme.co", &facts, Verdict::Unknown, &[failure_reason(failure)]);
            let address = EmailAddress::parse("a@mailinator.com", &TestUnicode).unwrap();
            assert_eq!(assess(&address, &facts, &LISTS).verdict, Verdict::Risky);
        }
    }

    #[test]
    fn names_on_the_wire_match_serde() {
        for reason in [Reason::MxOk, Reason::DnsServfail, Reason::ImplicitMx, Reason::TooLong] {
            assert_eq!(format!("{:?}", wire_name(reason)), serde_json::to_string(&reason).unwrap());
        }
    }
}
