//! What DNS said of a mail domain: facts, and no verdict.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::provider::mail_provider;
use crate::named;
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

named! {
    /// Why a question has no usable answer.
    pub enum DnsFailure {
        /// Nothing came within the time allowed.
        Timeout = "timeout",
        /// The resolver answered SERVFAIL.
        ServFail = "serv_fail",
        /// The resolver answered REFUSED.
        Refused = "refused",
        /// No resolver could be reached or it spoke something other than DNS, or it could not reach the
        /// domain's own name servers (RFC 8914, codes 22 and 23).
        Unreachable = "unreachable",
        /// The answer is not the one that was signed (RFC 8914, codes 6 to 10).
        DnssecBogus = "dnssec_bogus",
        /// The caller asked for more domains than one client may.
        LookupLimit = "lookup_limit",
    }
}

/// One MX record (RFC 1035 §3.3.9); the host is lower case without the root dot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxRecord {
    /// Lower is preferred.
    pub preference: u16,
    /// The host that takes mail; empty for a null MX (RFC 7505).
    pub host: String,
}

impl<T> Answer<T> {
    /// Returns the records, none when there is no usable answer.
    #[must_use]
    pub fn records(&self) -> &[T] {
        if let Self::Records(records) = self { records } else { &[] }
    }

    /// Returns why there is no usable answer, if there is none.
    #[must_use]
    pub const fn failure(&self) -> Option<DnsFailure> {
        if let Self::Failed(failure) = self { Some(*failure) } else { None }
    }
}

/// What the resolver said about a host that takes mail for a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFacts {
    /// Its name as the MX record has it.
    pub host: String,
    /// Its IPv4 addresses.
    pub a: Answer<Ipv4Addr>,
    /// Its IPv6 addresses.
    pub aaaa: Answer<Ipv6Addr>,
    /// Whether the name is an alias, which RFC 2181 §10.3 forbids and practice forgives.
    pub is_alias: bool,
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
    /// Its SPF policies (RFC 7208), whole; other TXT records are not kept.
    pub spf: Answer<String>,
    /// Its DMARC policies (RFC 7489), whole.
    pub dmarc: Answer<String>,
    /// The MX targets that were looked at.
    pub hosts: Vec<HostFacts>,
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
    pub const fn failed(failure: DnsFailure, checked_at: Timestamp, resolver_ms: u32) -> Self {
        Self {
            mx: Answer::Failed(failure),
            a: Answer::Failed(failure),
            aaaa: Answer::Failed(failure),
            spf: Answer::Failed(failure),
            dmarc: Answer::Failed(failure),
            hosts: Vec::new(),
            checked_at,
            resolver_ms,
            ttl_s: 30,
        }
    }

    /// Returns the hosts that have to be looked at before the domain can be called good: the most
    /// preferred ones, unless one of the set belongs to a known provider.
    #[must_use]
    pub fn hosts_to_look_at(&self) -> Vec<&str> {
        let hosts = mail_hosts(self.mx.records());
        if hosts.iter().any(|host| mail_provider(host).is_some()) {
            return Vec::new();
        }
        let names = hosts.into_iter().filter(|host| !is_literal(host) && !is_local(host));
        names.take(HOSTS_MAX).collect()
    }
}

/// The most MX targets of one domain that are looked at (VALIDATION §7, S4).
pub const HOSTS_MAX: usize = 3;

/// Returns the targets of an MX set without repeats, most preferred first; the root is no host.
pub(super) fn mail_hosts(records: &[MxRecord]) -> Vec<&str> {
    let mut hosts: Vec<&MxRecord> = Vec::new();
    for record in records {
        if !record.host.is_empty() && !hosts.iter().any(|known| known.host == record.host) {
            // A handful of records: a place is found sooner than a sort is downloaded.
            let place = hosts.partition_point(|known| known.preference <= record.preference);
            hosts.insert(place, record);
        }
    }
    hosts.into_iter().map(|record| record.host.as_str()).collect()
}

/// An exchange is a host name (RFC 1035 §3.3.9), so a number names nothing.
pub(super) fn is_literal(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok()
}

/// RFC 6761 §6.3: these names are the sender itself.
pub(super) fn is_local(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

/// RFC 6890 and its registry, as far as a mail server could be hidden there.
pub(super) fn is_public_v4(ip: Ipv4Addr) -> bool {
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

pub(super) fn is_public_v6(ip: Ipv6Addr) -> bool {
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
