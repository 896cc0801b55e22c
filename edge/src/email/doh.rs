//! DNS over HTTPS in wire format (RFC 8484). Whatever a resolver does wrong is a failure with a
//! name, never a verdict.

use std::net::{Ipv4Addr, Ipv6Addr};

use dns_message::base::iana::{Class, Rcode};
use dns_message::base::name::FlattenInto;
use dns_message::base::{Message, MessageBuilder, Name, ParsedName, RecordSection, Rtype};
use dns_message::rdata::{A, Aaaa, Cname, Mx, Soa};
use plumbline_domain::email::{Answer, DnsFailure, DomainFacts, MxRecord};
use plumbline_domain::time::Timestamp;
use worker::{AbortSignal, Fetch, Headers, Method, Request, RequestInit};

/// The largest DNS message over HTTPS (RFC 8484 §6).
const MESSAGE_BYTES_MAX: usize = 65_535;
/// The most records of one answer that are kept.
const RECORDS_MAX: usize = 50;
/// The longest chain of CNAMEs that is followed.
const CNAMES_MAX: usize = 8;
/// How long answers are kept, in seconds: found, and not found (VALIDATION §2, Caching).
const TTL_FOUND: (u32, u32) = (300, 86_400);
const TTL_NOT_FOUND: (u32, u32) = (60, 10_800);
const TTL_FAILED: u32 = 30;

type DnsName = Name<Vec<u8>>;

/// Asks for MX, A and AAAA of `domain` (A-labels) at once.
///
/// `signal` ends the look-up early. Never fails: what went wrong is in the facts.
pub async fn query(
    resolver: &str,
    domain: &str,
    now: Timestamp,
    signal: &AbortSignal,
) -> DomainFacts {
    let Ok(name) = domain.parse::<DnsName>() else {
        return DomainFacts::failed(DnsFailure::Unreachable, now, 0);
    };
    let (mx, a, aaaa) = futures_util::join!(
        ask(resolver, &name, Rtype::MX, signal, read_mx),
        ask(resolver, &name, Rtype::A, signal, read_a),
        ask(resolver, &name, Rtype::AAAA, signal, read_aaaa),
    );
    let ttl_s =
        mx.1.min(if matches!(mx.0, Answer::Records(_)) { u32::MAX } else { a.1.min(aaaa.1) });
    let resolver_ms = u32::try_from(crate::context::now().since(now)).unwrap_or(u32::MAX);
    DomainFacts { mx: mx.0, a: a.0, aaaa: aaaa.0, checked_at: now, resolver_ms, ttl_s }
}

type Read<T> = fn(&Message<Vec<u8>>, &DnsName) -> Option<(Vec<T>, u32)>;

async fn ask<T>(
    resolver: &str,
    name: &DnsName,
    kind: Rtype,
    signal: &AbortSignal,
    read: Read<T>,
) -> (Answer<T>, u32) {
    let failed = |failure| (Answer::Failed(failure), TTL_FAILED);
    let Some(question) = question(name, kind) else { return failed(DnsFailure::Unreachable) };
    match exchange(resolver, &question, signal).await {
        Ok(bytes) => interpret(bytes, name, kind, read),
        Err(_) if signal.aborted() => failed(DnsFailure::Timeout),
        Err(_) => failed(DnsFailure::Unreachable),
    }
}

/// ID 0, so that equal questions are equal bytes (RFC 8484 §4.1).
fn question(name: &DnsName, kind: Rtype) -> Option<Vec<u8>> {
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_rd(true);
    builder.header_mut().set_id(0);
    let mut section = builder.question();
    section.push((name, kind, Class::IN)).ok()?;
    Some(section.finish())
}

async fn exchange(
    resolver: &str,
    question: &[u8],
    signal: &AbortSignal,
) -> worker::Result<Vec<u8>> {
    let headers = Headers::new();
    headers.set("content-type", "application/dns-message")?;
    headers.set("accept", "application/dns-message")?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers);
    init.with_body(Some(js_sys::Uint8Array::from(question).into()));
    let request = Request::new_with_init(resolver, &init)?;
    let mut response = Fetch::Request(request).send_with_signal(signal).await?;
    let kind = response.headers().get("content-type")?.unwrap_or_default();
    if response.status_code() != 200 || !kind.starts_with("application/dns-message") {
        return Err(worker::Error::RustError("not a DNS answer".to_owned()));
    }
    let bytes = response.bytes().await?;
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(worker::Error::RustError("more than one DNS message".to_owned()));
    }
    Ok(bytes)
}

/// Reads one answer, trusting nothing: it must be complete and for the question that was asked.
fn interpret<T>(bytes: Vec<u8>, name: &DnsName, kind: Rtype, read: Read<T>) -> (Answer<T>, u32) {
    let failed = |failure| (Answer::Failed(failure), TTL_FAILED);
    let Ok(message) = Message::from_octets(bytes) else { return failed(DnsFailure::Unreachable) };
    let asked = message
        .sole_question()
        .is_ok_and(|question| *question.qname() == *name && question.qtype() == kind);
    let header = message.header();
    if !header.qr() || !asked || header.tc() {
        return failed(DnsFailure::Unreachable);
    }
    let negative = || negative_ttl(&message).clamp(TTL_NOT_FOUND.0, TTL_NOT_FOUND.1);
    match header.rcode() {
        Rcode::NOERROR => match read(&message, name) {
            None => failed(DnsFailure::Unreachable),
            Some((records, _)) if records.is_empty() => (Answer::NoData, negative()),
            Some((records, ttl)) => (Answer::Records(records), ttl.clamp(TTL_FOUND.0, TTL_FOUND.1)),
        },
        Rcode::NXDOMAIN => (Answer::NxDomain, negative()),
        Rcode::REFUSED => failed(DnsFailure::Refused),
        _ => failed(DnsFailure::ServFail),
    }
}

/// RFC 2308 §5: the smaller of the SOA's own TTL and its minimum.
fn negative_ttl(message: &Message<Vec<u8>>) -> u32 {
    let Ok(authority) = message.authority() else { return TTL_NOT_FOUND.0 };
    let soa = authority.limit_to::<Soa<ParsedName<_>>>().flatten().next();
    soa.map_or(TTL_NOT_FOUND.0, |record| {
        record.ttl().as_secs().min(record.data().minimum().as_secs())
    })
}

/// Returns `name` and every name it is an alias of, as the answer itself says.
fn aliases(message: &Message<Vec<u8>>, name: &DnsName) -> Option<Vec<DnsName>> {
    let mut chain = vec![name.clone()];
    while chain.len() <= CNAMES_MAX {
        let last = chain.last()?.clone();
        let next = answers(message)?
            .limit_to::<Cname<ParsedName<_>>>()
            .take(RECORDS_MAX)
            .flatten()
            .find(|record| *record.owner() == last)
            .and_then(|record| (*record.data().cname()).try_flatten_into().ok());
        match next {
            Some(next) if !chain.contains(&next) => chain.push(next),
            _ => return Some(chain),
        }
    }
    None
}

fn answers(message: &Message<Vec<u8>>) -> Option<RecordSection<'_, Vec<u8>>> {
    message.answer().ok()
}

macro_rules! reader {
    ($name:ident, $data:ty, $out:ty, $value:expr) => {
        fn $name(message: &Message<Vec<u8>>, name: &DnsName) -> Option<(Vec<$out>, u32)> {
            let owners = aliases(message, name)?;
            let (mut records, mut ttl) = (Vec::new(), u32::MAX);
            for record in answers(message)?.limit_to::<$data>().take(RECORDS_MAX) {
                let record = record.ok()?;
                // A record of another name is no answer to our question.
                if !owners.iter().any(|owner| *record.owner() == *owner) {
                    continue;
                }
                ttl = ttl.min(record.ttl().as_secs());
                let value: fn(&$data) -> $out = $value;
                records.push(value(record.data()));
            }
            Some((records, ttl))
        }
    };
}

reader!(read_mx, Mx<ParsedName<&[u8]>>, MxRecord, |mx| MxRecord {
    preference: mx.preference(),
    host: mx.exchange().to_string().trim_end_matches('.').to_ascii_lowercase(),
});
reader!(read_a, A, Ipv4Addr, |a| a.addr());
reader!(read_aaaa, Aaaa, Ipv6Addr, |aaaa| aaaa.addr());

#[cfg(test)]
mod tests {
    use dns_message::base::Ttl;

    use super::*;

    fn name(text: &str) -> DnsName {
        text.parse().unwrap()
    }

    fn answer(asked: &str, rcode: Rcode, records: &[(&str, u16, &str)]) -> Vec<u8> {
        let mut builder = MessageBuilder::new_vec();
        builder.header_mut().set_qr(true);
        builder.header_mut().set_rcode(rcode);
        let mut section = builder.question();
        section.push((name(asked), Rtype::MX, Class::IN)).unwrap();
        let mut section = section.answer();
        for (owner, preference, host) in records {
            let data = Mx::new(*preference, name(host));
            section.push((name(owner), Class::IN, Ttl::from_secs(600), data)).unwrap();
        }
        section.finish()
    }

    fn read(bytes: Vec<u8>) -> (Answer<MxRecord>, u32) {
        interpret(bytes, &name("acme.co"), Rtype::MX, read_mx)
    }

    #[test]
    fn reads_what_was_asked() {
        let (found, ttl) = read(answer("acme.co", Rcode::NOERROR, &[("acme.co", 5, "MX.acme.co")]));
        assert_eq!(
            found,
            Answer::Records(vec![MxRecord { preference: 5, host: "mx.acme.co".into() }])
        );
        assert_eq!(ttl, 600);
        let (null, _) = read(answer("acme.co", Rcode::NOERROR, &[("acme.co", 0, ".")]));
        assert_eq!(null, Answer::Records(vec![MxRecord { preference: 0, host: String::new() }]));
        assert_eq!(read(answer("acme.co", Rcode::NOERROR, &[])).0, Answer::NoData);
        assert_eq!(read(answer("acme.co", Rcode::NXDOMAIN, &[])).0, Answer::NxDomain);
    }

    #[test]
    fn a_lie_is_a_failure() {
        let unreachable = Answer::Failed(DnsFailure::Unreachable);
        assert_eq!(
            read(answer("evil.co", Rcode::NOERROR, &[("acme.co", 5, "mx.co")])).0,
            unreachable
        );
        assert_eq!(
            read(answer("acme.co", Rcode::NOERROR, &[("evil.co", 5, "mx.co")])).0,
            Answer::NoData
        );
        assert_eq!(
            read(answer("acme.co", Rcode::SERVFAIL, &[])).0,
            Answer::Failed(DnsFailure::ServFail)
        );
        assert_eq!(
            read(answer("acme.co", Rcode::REFUSED, &[])).0,
            Answer::Failed(DnsFailure::Refused)
        );
        assert_eq!(read(vec![0; 5]).0, unreachable);
        let whole = answer("acme.co", Rcode::NOERROR, &[("acme.co", 5, "mx.acme.co")]);
        for length in 0..whole.len() {
            let (got, _) = read(whole[..length].to_vec());
            assert_eq!(got, unreachable, "cut at {length}");
        }
    }

    #[test]
    fn many_records_are_cut() {
        let records = vec![("acme.co", 5, "mx.acme.co"); 500];
        let (Answer::Records(found), _) = read(answer("acme.co", Rcode::NOERROR, &records)) else {
            panic!()
        };
        assert_eq!(found.len(), RECORDS_MAX);
    }
}
