//! What DNS facts mean for an address. DNS can refuse a domain; it can never prove a mailbox.

use serde::{Deserialize, Serialize};

use super::address::{EmailAddress, SyntaxReason};
use super::facts::{
    Answer, DnsFailure, DomainFacts, HostFacts, MxRecord, is_literal, is_local, is_public_v4,
    is_public_v6, mail_hosts,
};
use super::lists::{DomainClass, Lists};
use super::provider::{GOOGLE, MailProvider, ProviderKind, mail_provider};
use super::verdict::{Mailbox, Reason, Verdict};
use crate::time::Timestamp;

/// One check with its answer, as shown to the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What was asked: `syntax`, `mx`, `a`, `aaaa`, `mx_host`, `spf`, `dmarc`, `lists`.
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
    /// Who takes the mail, by the name of the mail server; `other` when it is nobody well known, and
    /// nothing when no mail server is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
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
            provider: None,
            mailbox: Mailbox::Unverified,
            suggestion: None,
            evidence: vec![evidence("syntax", reason.as_str().to_owned())],
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
    let hosts = mail_hosts(facts.mx.records());
    let provider = hosts.iter().find_map(|host| mail_provider(host));
    let kind = provider.map(|provider| provider.kind);

    // A living domain of a known provider is taken at its word; a squatter's may live as well.
    let is_known = verdict == Verdict::Deliverable && provider.is_some();
    let suggestion = lists.suggest_domain(domain).filter(|_| !is_known);
    // Lists age: an ending under which names are found exists, whatever the list says.
    let is_found = !matches!(facts.mx, Answer::NxDomain | Answer::Failed(_));
    let is_disposable = class == DomainClass::Disposable;
    let risks = [
        (Reason::DisposableDomain, is_disposable),
        (
            Reason::DisposableMx,
            hosts.iter().any(|host| {
                lists.is_disposable_host(host)
                    // Of a disposable domain its own hosts tell nothing more.
                    || (!is_disposable && lists.class(host) == DomainClass::Disposable)
            }),
        ),
        (Reason::ParkedMx, kind == Some(ProviderKind::Parking)),
        (Reason::Relay, class == DomainClass::Relay || kind == Some(ProviderKind::Relay)),
        (
            Reason::TypoSuspected,
            suggestion.is_some() && (verdict != Verdict::Deliverable || lists.is_listed(domain)),
        ),
        (Reason::TldUnknown, !is_found && !lists.has_known_ending(domain)),
    ];
    let takes_mail = matches!(verdict, Verdict::Deliverable | Verdict::Risky);
    let notes = [
        (Reason::FreeProvider, class == DomainClass::Free),
        (Reason::SecureGateway, kind == Some(ProviderKind::Gateway)),
        (Reason::Forwarder, kind == Some(ProviderKind::Forwarder)),
        (Reason::SpfRejectAll, takes_mail && rejects_all(facts)),
        (Reason::SpfPresent, takes_mail && !facts.spf.records().is_empty() && !rejects_all(facts)),
        (Reason::DmarcPresent, takes_mail && !facts.dmarc.records().is_empty()),
    ];
    let held = |(reason, holds): (Reason, bool)| holds.then_some(reason);
    let risks: Vec<Reason> = risks.into_iter().filter_map(held).collect();
    if (verdict == Verdict::Deliverable && !risks.is_empty())
        || (verdict == Verdict::Unknown && is_disposable)
    {
        verdict = Verdict::Risky;
    }
    reasons.extend(risks);
    reasons.extend(notes.into_iter().filter_map(held));
    let verdict = add_mailbox(verdict, &mut reasons, address, lists);
    let mut evidence = vec![evidence("syntax", "ok".to_owned())];
    evidence.extend(dns_evidence(facts));
    evidence.push(self::evidence("lists", class.as_str().to_owned()));
    Assessment {
        verdict,
        reasons,
        domain_class: class,
        provider: (!hosts.is_empty()).then(|| provider_name(provider, class).to_owned()),
        mailbox: Mailbox::Unverified,
        suggestion,
        evidence,
        checked_at: facts.checked_at,
        resolver_ms: facts.resolver_ms,
    }
}

/// Adds to the verdict on a domain what the part before the `@` tells of the mailbox, and returns the
/// verdict on the whole address.
pub fn add_mailbox(
    verdict: Verdict,
    reasons: &mut Vec<Reason>,
    address: &EmailAddress,
    lists: &Lists<'_>,
) -> Verdict {
    let risks = [
        (Reason::Role, lists.is_role(address.local())),
        (Reason::StrayDots, address.has_stray_dots()),
        (Reason::EaiLocal, address.is_internationalized()),
    ];
    let before = reasons.len();
    reasons.extend(risks.into_iter().filter_map(|(reason, holds)| holds.then_some(reason)));
    let is_risky = verdict == Verdict::Deliverable && reasons.len() > before;
    if is_risky { Verdict::Risky } else { verdict }
}

/// Google serves its free mailboxes and its customers' domains by the same hosts.
fn provider_name(provider: Option<MailProvider>, class: DomainClass) -> &'static str {
    match provider {
        Some(provider) if provider.name == GOOGLE && class == DomainClass::Free => "gmail",
        Some(provider) => provider.name,
        None => "other",
    }
}

fn assess_domain(facts: &DomainFacts) -> (Verdict, Vec<Reason>) {
    match &facts.mx {
        Answer::Records(records) => assess_mx(records, &facts.hosts),
        Answer::NxDomain => (Verdict::Undeliverable, vec![Reason::Nxdomain]),
        Answer::NoData => assess_implicit_mx(facts),
        // The record is there, and somebody may have changed it on its way.
        Answer::Failed(DnsFailure::DnssecBogus) => (Verdict::Risky, vec![Reason::DnssecBogus]),
        Answer::Failed(failure) => (Verdict::Unknown, vec![failure_reason(*failure)]),
    }
}

/// What is known of one MX target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Reachable { is_alias: bool },
    OnIpv6Only,
    Unknown(Reason),
    Useless(Reason),
}

fn assess_mx(records: &[MxRecord], looked_at: &[HostFacts]) -> (Verdict, Vec<Reason>) {
    // RFC 7505 §3 wants exactly one “0 .”; any set whose every target is the root takes no mail.
    let hosts = mail_hosts(records);
    if hosts.is_empty() {
        return (Verdict::Undeliverable, vec![Reason::NullMx]);
    }
    let (verdict, mut reasons) = assess_hosts(&hosts, looked_at);
    // Beside another one it means nothing.
    if records.iter().any(|record| record.host.is_empty()) {
        reasons.push(Reason::NullMxIgnored);
    }
    (verdict, reasons)
}

fn assess_hosts(hosts: &[&str], looked_at: &[HostFacts]) -> (Verdict, Vec<Reason>) {
    let targets: Vec<Target> = hosts.iter().map(|host| target(host, looked_at)).collect();
    let reachable = targets.iter().find_map(|target| match target {
        Target::Reachable { is_alias } => Some(*is_alias),
        _ => None,
    });
    if let Some(is_alias) = reachable {
        let note = is_alias.then_some(Reason::MxIsCname);
        return (Verdict::Deliverable, [Some(Reason::MxOk), note].into_iter().flatten().collect());
    }
    // RFC 5321 §5.1: with an MX set and no usable host of it, the domain's own address is no way out.
    if targets.contains(&Target::OnIpv6Only) {
        return (Verdict::Risky, vec![Reason::MxV6Only]);
    }
    let unknown = targets.iter().find_map(|target| match target {
        Target::Unknown(reason) => Some(*reason),
        _ => None,
    });
    if let Some(reason) = unknown {
        return (Verdict::Unknown, vec![reason]);
    }
    let mut reasons = Vec::new();
    for target in targets {
        if let Target::Useless(reason) = target
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
        }
    }
    (Verdict::Undeliverable, reasons)
}

fn target(host: &str, looked_at: &[HostFacts]) -> Target {
    if is_literal(host) {
        return Target::Useless(Reason::MxIpLiteral);
    }
    if is_local(host) {
        return Target::Useless(Reason::MxLocalhost);
    }
    if mail_provider(host).is_some() {
        return Target::Reachable { is_alias: false };
    }
    let Some(facts) = looked_at.iter().find(|facts| facts.host == host) else {
        return Target::Unknown(Reason::MxTargetUnchecked);
    };
    let (v4, v6) = (facts.a.records(), facts.aaaa.records());
    if v4.iter().any(|ip| is_public_v4(*ip)) {
        return Target::Reachable { is_alias: facts.is_alias };
    }
    if v6.iter().any(|ip| is_public_v6(*ip)) {
        // Whether it has an IPv4 address as well is not known while that question is open.
        return match facts.a.failure() {
            Some(_) => Target::Reachable { is_alias: facts.is_alias },
            None => Target::OnIpv6Only,
        };
    }
    match facts.a.failure().or(facts.aaaa.failure()) {
        Some(failure) => Target::Unknown(failure_reason(failure)),
        None if v4.is_empty() && v6.is_empty() => Target::Useless(Reason::MxUnresolvable),
        None => Target::Useless(Reason::MxAddressNotPublic),
    }
}

/// RFC 5321 §5.1: without an MX the address record of the domain itself takes the mail. Web hosts
/// answer one for anything, so this is a risk and not a proof; and a domain that says it sends
/// nothing at all (RFC 7208) has no mail server beside it.
fn assess_implicit_mx(facts: &DomainFacts) -> (Verdict, Vec<Reason>) {
    let (v4, v6) = (facts.a.records(), facts.aaaa.records());
    if v4.iter().any(|ip| is_public_v4(*ip)) || v6.iter().any(|ip| is_public_v6(*ip)) {
        return if rejects_all(facts) {
            (Verdict::Undeliverable, vec![Reason::ImplicitMx, Reason::SpfRejectAll])
        } else {
            let is_v6_only = v4.is_empty() && facts.a.failure().is_none();
            let note = is_v6_only.then_some(Reason::MxV6Only);
            let reasons = [Some(Reason::ImplicitMx), note].into_iter().flatten().collect();
            (Verdict::Risky, reasons)
        };
    }
    match facts.a.failure().or(facts.aaaa.failure()) {
        Some(failure) => (Verdict::Unknown, vec![failure_reason(failure)]),
        None if v4.is_empty() && v6.is_empty() => {
            (Verdict::Undeliverable, vec![Reason::NoMxNoAddress])
        }
        None => (Verdict::Undeliverable, vec![Reason::AddressNotPublic]),
    }
}

/// Whether the domain's one SPF policy is that nobody sends for it; a `-all` behind any mechanism is
/// an ordinary policy.
fn rejects_all(facts: &DomainFacts) -> bool {
    matches!(facts.spf.records(), [policy] if policy.split_whitespace().eq(["v=spf1", "-all"]))
}

const fn failure_reason(failure: DnsFailure) -> Reason {
    match failure {
        DnsFailure::Timeout => Reason::DnsTimeout,
        DnsFailure::ServFail => Reason::DnsServfail,
        DnsFailure::Refused => Reason::DnsRefused,
        DnsFailure::Unreachable => Reason::NsUnreachable,
        DnsFailure::DnssecBogus => Reason::DnssecBogus,
        DnsFailure::LookupLimit => Reason::LookupLimit,
    }
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
    for facts in &facts.hosts {
        // One address is enough to be reached; the second answer is shown where the first has none.
        let address = match &facts.a {
            Answer::Records(_) => described(&facts.a, ToString::to_string),
            _ => described(&facts.aaaa, ToString::to_string),
        };
        list.push(evidence("mx_host", format!("{}: {address}", facts.host)));
    }
    list.push(evidence("spf", described(&facts.spf, String::clone)));
    list.push(evidence("dmarc", described(&facts.dmarc, String::clone)));
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
        Answer::Failed(failure) => failure_reason(*failure).as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::NativeUnicode;

    const LISTS: Lists<'_> = Lists {
        disposable_domains: "mailinator.com",
        disposable_hosts: "mx.dropmail.me",
        roles: "info",
        top_level_domains: "co\ncom",
    };

    fn answer<T: std::str::FromStr>(list: &[&str]) -> Answer<T> {
        let found: Vec<T> = list.iter().filter_map(|text| text.parse().ok()).collect();
        if found.is_empty() { Answer::NoData } else { Answer::Records(found) }
    }

    fn facts(mx: Answer<MxRecord>, a: &[&str], aaaa: &[&str]) -> DomainFacts {
        DomainFacts {
            mx,
            a: answer(a),
            aaaa: answer(aaaa),
            spf: Answer::NoData,
            dmarc: Answer::NoData,
            hosts: Vec::new(),
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
        let address = EmailAddress::parse(address, &NativeUnicode).unwrap();
        let got = assess(&address, facts, &LISTS);
        assert_eq!((got.verdict, got.reasons.as_slice()), (verdict, reasons), "{address}");
        assert_eq!(got.mailbox, Mailbox::Unverified);
    }

    /// A domain whose one mail server has these addresses.
    fn served(host: &str, a: &[&str], aaaa: &[&str]) -> DomainFacts {
        let looked_at =
            HostFacts { host: host.to_owned(), a: answer(a), aaaa: answer(aaaa), is_alias: false };
        DomainFacts { hosts: vec![looked_at], ..facts(mx(&[host]), &[], &[]) }
    }

    #[test]
    fn verdicts_follow_the_facts() {
        use Reason as R;
        use Verdict as V;
        let good = served("mx.acme.co", &["8.8.8.8"], &[]);
        check("ada@acme.co", &good, V::Deliverable, &[R::MxOk]);
        check("ada@gmail.com", &good, V::Deliverable, &[R::MxOk, R::FreeProvider]);
        check("ada@duck.com", &good, V::Risky, &[R::MxOk, R::Relay]);
        check("info@acme.co", &good, V::Risky, &[R::MxOk, R::Role]);
        check("a@mailinator.com", &good, V::Risky, &[R::MxOk, R::DisposableDomain]);
        check("a@iclud.com", &good, V::Deliverable, &[R::MxOk]);
        check("用户@acme.co", &good, V::Risky, &[R::MxOk, R::EaiLocal]);
        let none = |answer| facts(answer, &["8.8.8.8"], &[]);
        check("a@acme.co", &none(mx(&[""])), V::Undeliverable, &[R::NullMx]);
        check("a@acme.co", &none(mx(&["127.0.0.1"])), V::Undeliverable, &[R::MxIpLiteral]);
        check("a@acme.co", &none(mx(&["localhost"])), V::Undeliverable, &[R::MxLocalhost]);
        let nx = facts(Answer::NxDomain, &[], &[]);
        check("a@iclud.com", &nx, V::Undeliverable, &[R::Nxdomain, R::TypoSuspected]);
        check("a@acme.cx", &nx, V::Undeliverable, &[R::Nxdomain, R::TldUnknown]);
        let implicit = |a: &[&str], aaaa: &[&str]| facts(Answer::NoData, a, aaaa);
        check("a@acme.co", &implicit(&["8.8.8.8"], &[]), V::Risky, &[R::ImplicitMx]);
        check(
            "a@acme.co",
            &implicit(&[], &["2606:4700::1"]),
            V::Risky,
            &[R::ImplicitMx, R::MxV6Only],
        );
        check(
            "a@acme.co",
            &implicit(&["10.0.0.1"], &["64:ff9b::a00:1"]),
            V::Undeliverable,
            &[R::AddressNotPublic],
        );
        check("a@acme.co", &implicit(&[], &[]), V::Undeliverable, &[R::NoMxNoAddress]);
    }

    #[test]
    fn a_mail_server_has_to_be_somewhere() {
        use Reason as R;
        use Verdict as V;
        let of =
            |facts: &DomainFacts, verdict, reason| check("a@acme.co", facts, verdict, &[reason]);
        of(&served("mx.acme.co", &[], &[]), V::Undeliverable, R::MxUnresolvable);
        for hidden in
            ["10.1.2.3", "100.64.1.1", "169.254.3.3", "192.0.2.10", "127.0.0.53", "0.0.0.0"]
        {
            of(&served("mx.acme.co", &[hidden], &[]), V::Undeliverable, R::MxAddressNotPublic);
        }
        of(&served("mx.acme.co", &[], &["fd00::25"]), V::Undeliverable, R::MxAddressNotPublic);
        of(
            &served("mx.acme.co", &[], &["64:ff9b::a00:1"]),
            V::Undeliverable,
            R::MxAddressNotPublic,
        );
        of(&served("mx.acme.co", &[], &["2606:4700::1"]), V::Risky, R::MxV6Only);
        // One good host is enough, and one that nobody looked at may be it.
        let two = |good: &str| DomainFacts {
            mx: mx(&["mx.acme.co", good]),
            ..served("mx.acme.co", &["10.1.2.3"], &[])
        };
        of(&two("mx2.acme.co"), V::Unknown, R::MxTargetUnchecked);
        of(&two("mx.zoho.eu"), V::Deliverable, R::MxOk);
        let mut beside_null = served("mx.acme.co", &["8.8.8.8"], &[]);
        if let Answer::Records(records) = &mut beside_null.mx {
            records.push(MxRecord { preference: 0, host: String::new() });
        }
        check("a@acme.co", &beside_null, V::Deliverable, &[R::MxOk, R::NullMxIgnored]);
        let mut late = served("mx.acme.co", &[], &[]);
        late.hosts[0].a = Answer::Failed(DnsFailure::Timeout);
        of(&late, V::Unknown, R::DnsTimeout);
        let mut alias = served("mx.acme.co", &["8.8.8.8"], &[]);
        alias.hosts[0].is_alias = true;
        check("a@acme.co", &alias, V::Deliverable, &[R::MxOk, R::MxIsCname]);
    }

    #[test]
    fn the_mail_server_tells_who_is_behind_it() {
        use Reason as R;
        use Verdict as V;
        let by = |host: &str| facts(mx(&[host]), &[], &[]);
        check(
            "a@acme.co",
            &by("mx1.acme.pphosted.com"),
            V::Deliverable,
            &[R::MxOk, R::SecureGateway],
        );
        check(
            "a@acme.co",
            &by("route1.mx.cloudflare.net"),
            V::Deliverable,
            &[R::MxOk, R::Forwarder],
        );
        check("a@acme.co", &by("mx1.simplelogin.co"), V::Risky, &[R::MxOk, R::Relay]);
        check("a@acme.co", &by("park-mx.above.com"), V::Risky, &[R::MxOk, R::ParkedMx]);
        let fresh = served("mx.dropmail.me", &["8.8.8.8"], &[]);
        check("a@acme.co", &fresh, V::Risky, &[R::MxOk, R::DisposableMx]);
        let below = served("mx.mailinator.com", &["8.8.8.8"], &[]);
        check("a@acme.co", &below, V::Risky, &[R::MxOk, R::DisposableMx]);
        let provider = |address: &str, facts: &DomainFacts| {
            assess(&EmailAddress::parse(address, &NativeUnicode).unwrap(), facts, &LISTS).provider
        };
        let google = by("alt1.aspmx.l.google.com");
        assert_eq!(provider("a@acme.co", &google).as_deref(), Some("google_workspace"));
        assert_eq!(provider("a@gmail.com", &google).as_deref(), Some("gmail"));
        assert_eq!(provider("a@acme.co", &by("notmimecast.com")).as_deref(), Some("other"));
        assert_eq!(provider("a@acme.co", &facts(Answer::NoData, &[], &[])), None);
    }

    #[test]
    fn policies_beside_the_mail_server() {
        use Reason as R;
        use Verdict as V;
        let says = |spf: &str, mx: Answer<MxRecord>| DomainFacts {
            spf: Answer::Records(vec![spf.to_owned()]),
            ..facts(mx, &["8.8.8.8"], &[])
        };
        let implicit = |spf| says(spf, Answer::NoData);
        check(
            "a@acme.co",
            &implicit("v=spf1 -all"),
            V::Undeliverable,
            &[R::ImplicitMx, R::SpfRejectAll],
        );
        check("a@acme.co", &implicit("v=spf1 a -all"), V::Risky, &[R::ImplicitMx, R::SpfPresent]);
        let mut signed = says("v=spf1 -all", mx(&["mx.zoho.eu"]));
        signed.dmarc = Answer::Records(vec!["v=DMARC1; p=reject".to_owned()]);
        let reasons = [R::MxOk, R::SpfRejectAll, R::DmarcPresent];
        check("a@acme.co", &signed, V::Deliverable, &reasons);
        let parked = says("v=spf1 -all", mx(&[""]));
        check("a@acme.co", &parked, V::Undeliverable, &[R::NullMx]);
        let bogus = facts(Answer::Failed(DnsFailure::DnssecBogus), &["8.8.8.8"], &[]);
        check("a@acme.co", &bogus, V::Risky, &[R::DnssecBogus]);
    }

    #[test]
    fn a_living_domain_of_a_known_provider_is_no_slip() {
        let suggestion = |facts: &DomainFacts| {
            assess(&EmailAddress::parse("a@aon.com", &NativeUnicode).unwrap(), facts, &LISTS)
                .suggestion
        };
        assert_eq!(suggestion(&facts(mx(&["mx1.pphosted.com"]), &[], &[])), None);
        assert_eq!(
            suggestion(&served("mx.aon.com", &["8.8.8.8"], &[])).as_deref(),
            Some("aol.com")
        );
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
            let address = EmailAddress::parse("a@mailinator.com", &NativeUnicode).unwrap();
            assert_eq!(assess(&address, &facts, &LISTS).verdict, Verdict::Risky);
        }
    }
}
