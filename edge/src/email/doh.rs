//! DNS over HTTPS in wire format (RFC 8484). Whatever a resolver does wrong is a failure with a
//! name, never a verdict.

use std::net::{Ipv4Addr, Ipv6Addr};

use dns_message::base::iana::OptionCode;
use dns_message::base::iana::{Class, Rcode};
use dns_message::base::name::FlattenInto;
use dns_message::base::opt::UnknownOptData;
use dns_message::base::{Message, MessageBuilder, Name, ParsedName, RecordSection, Rtype};
use dns_message::rdata::{A, Aaaa, Cname, Mx, Soa, Txt};
use js_sys::Uint8Array;
use plumbline_domain::email::{Answer, DnsFailure, MxRecord};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{AbortSignal, web_sys};

/// The largest DNS message over HTTPS (RFC 8484 §6).
const MESSAGE_BYTES_MAX: u32 = 65_535;
/// The media type of a DNS message (RFC 8484 §6).
const DNS_MESSAGE: &str = "application/dns-message";
/// The size of a message over UDP that is announced (DNS Flag Day 2020); HTTPS has no such limit.
const PAYLOAD_BYTES: u16 = 1232;
/// The most records of one answer that are kept.
const RECORDS_MAX: usize = 50;
/// The longest chain of CNAMEs that is followed.
const CNAMES_MAX: usize = 8;
/// How long answers are kept, in seconds: found, not found, and none (VALIDATION §2, Caching).
const TTL_FOUND: (u32, u32) = (300, 86_400);
const TTL_NOT_FOUND: (u32, u32) = (60, 10_800);
pub const TTL_FAILED: u32 = 30;

/// A name in wire format.
pub type DnsName = Name<Vec<u8>>;

/// A message that answers the question that was asked.
pub type Reply = Message<Vec<u8>>;

/// What one resolver said to one question.
pub struct Asked {
    /// Its answer, or why there is none.
    pub reply: Result<Reply, DnsFailure>,
    /// Whether another resolver could not know better.
    pub is_settled: bool,
}

/// Asks one resolver one question; `signal` ends it early.
pub async fn ask(resolver: &str, name: &DnsName, kind: Rtype, signal: &AbortSignal) -> Asked {
    let unsettled = |failure| Asked { reply: Err(failure), is_settled: false };
    let Some(question) = question(name, kind) else { return unsettled(DnsFailure::Unreachable) };
    match exchange(resolver, &question, signal).await {
        Ok(bytes) => judged(bytes, name, kind),
        Err(_) if signal.aborted() => Asked { reply: Err(DnsFailure::Timeout), is_settled: true },
        Err(_) => unsettled(DnsFailure::Unreachable),
    }
}

/// ID 0, so that equal questions are equal bytes (RFC 8484 §4.1).
fn question(name: &DnsName, kind: Rtype) -> Option<Vec<u8>> {
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_rd(true);
    builder.header_mut().set_id(0);
    let mut section = builder.question();
    section.push((name, kind, Class::IN)).ok()?;
    // EDNS, so that the answer may say why it failed (RFC 8914); no client subnet goes with it.
    let mut section = section.additional();
    let announced = section.opt(|options| {
        options.set_udp_payload_size(PAYLOAD_BYTES);
        Ok(())
    });
    announced.ok()?;
    Some(section.finish())
}

async fn exchange(
    resolver: &str,
    question: &[u8],
    signal: &AbortSignal,
) -> Result<Vec<u8>, JsValue> {
    // The platform's own request: `worker`'s carries every option of its image service along.
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", DNS_MESSAGE)?;
    headers.set("accept", DNS_MESSAGE)?;
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&Uint8Array::from(question));
    init.set_signal(Some(signal));
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    let fetched = JsFuture::from(scope.fetch_with_str_and_init(resolver, &init)).await?;
    let response: web_sys::Response = fetched.unchecked_into();
    let kind = response.headers().get("content-type")?.unwrap_or_default();
    if response.status() != 200 || !kind.starts_with(DNS_MESSAGE) {
        return Err(JsValue::from_str("not a DNS answer"));
    }
    let bytes = Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?);
    if bytes.length() > MESSAGE_BYTES_MAX {
        return Err(JsValue::from_str("more than one DNS message"));
    }
    Ok(bytes.to_vec())
}

/// Reads one answer, trusting nothing: it must be complete and for the question that was asked.
fn judged(bytes: Vec<u8>, name: &DnsName, kind: Rtype) -> Asked {
    let unsettled = |failure| Asked { reply: Err(failure), is_settled: false };
    let Ok(message) = Message::from_octets(bytes) else {
        return unsettled(DnsFailure::Unreachable);
    };
    let asked = message
        .sole_question()
        .is_ok_and(|question| *question.qname() == *name && question.qtype() == kind);
    let header = message.header();
    if !header.qr() || !asked || header.tc() {
        return unsettled(DnsFailure::Unreachable);
    }
    match (header.rcode(), explanation(&message)) {
        (Rcode::NOERROR, _) => Asked { reply: Ok(message), is_settled: true },
        // RFC 8914: an old answer, or one that somebody along the way made up.
        (Rcode::NXDOMAIN, Some(3 | 15..=19)) => Asked { reply: Ok(message), is_settled: false },
        (Rcode::NXDOMAIN, _) => Asked { reply: Ok(message), is_settled: true },
        (Rcode::REFUSED, _) => unsettled(DnsFailure::Refused),
        // RFC 8914: no signature holds. A second resolver that does not look would only hide it.
        (_, Some(6..=10)) => Asked { reply: Err(DnsFailure::DnssecBogus), is_settled: true },
        (_, Some(22 | 23)) => unsettled(DnsFailure::Unreachable),
        _ => unsettled(DnsFailure::ServFail),
    }
}

/// Returns the code by which the resolver explains itself (RFC 8914).
fn explanation(message: &Reply) -> Option<u16> {
    let options = message.opt()?;
    let mut options = options.opt().iter::<UnknownOptData<_>>().flatten();
    let found = options.find(|option| option.code() == OptionCode::EXTENDED_ERROR)?;
    let [high, low] = found.as_slice().get(..2)?.try_into().ok()?;
    Some(u16::from_be_bytes([high, low]))
}

/// Reads the records of one kind, and how long they may be kept in seconds.
pub fn records<T>(reply: &Reply, name: &DnsName, read: Read<T>) -> (Answer<T>, u32) {
    let negative = || negative_ttl(reply).clamp(TTL_NOT_FOUND.0, TTL_NOT_FOUND.1);
    if reply.header().rcode() == Rcode::NXDOMAIN {
        return (Answer::NxDomain, negative());
    }
    match read(reply, name) {
        None => (Answer::Failed(DnsFailure::Unreachable), TTL_FAILED),
        Some((records, _)) if records.is_empty() => (Answer::NoData, negative()),
        Some((records, ttl)) => (Answer::Records(records), ttl.clamp(TTL_FOUND.0, TTL_FOUND.1)),
    }
}

/// Returns whether the name in a reply is an alias of another.
pub fn is_alias(reply: &Reply, name: &DnsName) -> bool {
    aliases(reply, name).is_some_and(|chain| chain.len() > 1)
}

/// Reads every record of one kind, `None` when the message is broken.
pub type Read<T> = fn(&Reply, &DnsName) -> Option<(Vec<T>, u32)>;

/// RFC 2308 §5: the smaller of the SOA's own TTL and its minimum.
fn negative_ttl(message: &Reply) -> u32 {
    let Ok(authority) = message.authority() else { return TTL_NOT_FOUND.0 };
    let soa = authority.limit_to::<Soa<ParsedName<_>>>().flatten().next();
    soa.map_or(TTL_NOT_FOUND.0, |record| {
        record.ttl().as_secs().min(record.data().minimum().as_secs())
    })
}

/// Returns `name` and every name it is an alias of, as the answer itself says.
fn aliases(message: &Reply, name: &DnsName) -> Option<Vec<DnsName>> {
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

fn answers(message: &Reply) -> Option<RecordSection<'_, Vec<u8>>> {
    message.answer().ok()
}

macro_rules! reader {
    ($name:ident, $data:ty, $out:ty, $value:expr) => {
        /// Reads the records of this kind that belong to `name`.
        pub fn $name(message: &Reply, name: &DnsName) -> Option<(Vec<$out>, u32)> {
            let owners = aliases(message, name)?;
            let (mut records, mut ttl) = (Vec::new(), u32::MAX);
            for record in answers(message)?.limit_to::<$data>().take(RECORDS_MAX) {
                let record = record.ok()?;
                // A record of another name is no answer to our question.
                if !owners.iter().any(|owner| *record.owner() == *owner) {
                    continue;
                }
                ttl = ttl.min(record.ttl().as_secs());
                let value: fn(&$data) -> Option<$out> = $value;
                records.extend(value(record.data()));
            }
            Some((records, ttl))
        }
    };
}

reader!(read_mx, Mx<ParsedName<&[u8]>>, MxRecord, |mx| Some(MxRecord {
    preference: mx.preference(),
    host: mx.exchange().to_string().trim_end_matches('.').to_ascii_lowercase(),
}));
reader!(read_a, A, Ipv4Addr, |a| Some(a.addr()));
reader!(read_aaaa, Aaaa, Ipv6Addr, |aaaa| Some(aaaa.addr()));
reader!(read_text, Txt<&[u8]>, String, |txt| Some(joined(txt)));
reader!(read_spf, Txt<&[u8]>, String, |txt| policy(txt, "v=spf1"));
reader!(read_dmarc, Txt<&[u8]>, String, |txt| policy(txt, "v=DMARC1"));

/// RFC 7208 §3.3 joins the strings of a record.
fn joined(txt: &Txt<&[u8]>) -> String {
    String::from_utf8_lossy(&txt.text::<Vec<u8>>()).trim().to_owned()
}

/// Returns the text of a record that opens with `version`.
fn policy(txt: &Txt<&[u8]>, version: &str) -> Option<String> {
    let text = joined(txt);
    let opening = text.get(..version.len())?;
    let ends = text.get(version.len()..)?.starts_with([' ', ';']) || text.len() == version.len();
    (opening.eq_ignore_ascii_case(version) && ends).then_some(text)
}

#[cfg(test)]
mod tests {
    use dns_message::base::Ttl;
    use dns_message::base::opt::ExtendedError;

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
        let name = name("acme.co");
        match judged(bytes, &name, Rtype::MX).reply {
            Ok(reply) => records(&reply, &name, read_mx),
            Err(failure) => (Answer::Failed(failure), TTL_FAILED),
        }
    }

    /// A failure with an explanation of RFC 8914.
    fn explained(rcode: Rcode, code: u16) -> Asked {
        let mut builder = MessageBuilder::new_vec();
        builder.header_mut().set_qr(true);
        builder.header_mut().set_rcode(rcode);
        let mut section = builder.question();
        section.push((name("acme.co"), Rtype::MX, Class::IN)).unwrap();
        let mut section = section.additional();
        let error = ExtendedError::<Vec<u8>>::new(code.into(), None).unwrap();
        section.opt(|options| options.push(&error)).unwrap();
        judged(section.finish(), &name("acme.co"), Rtype::MX)
    }

    #[test]
    fn an_explanation_decides_who_else_is_asked() {
        for (rcode, code, failure, is_settled) in [
            (Rcode::SERVFAIL, 6, Some(DnsFailure::DnssecBogus), true),
            (Rcode::SERVFAIL, 10, Some(DnsFailure::DnssecBogus), true),
            (Rcode::SERVFAIL, 22, Some(DnsFailure::Unreachable), false),
            (Rcode::SERVFAIL, 0, Some(DnsFailure::ServFail), false),
            (Rcode::REFUSED, 0, Some(DnsFailure::Refused), false),
            (Rcode::NXDOMAIN, 15, None, false),
            (Rcode::NXDOMAIN, 0, None, true),
        ] {
            let asked = explained(rcode, code);
            assert_eq!(asked.reply.err(), failure, "{rcode} {code}");
            assert_eq!(asked.is_settled, is_settled, "{rcode} {code}");
        }
    }

    #[test]
    fn a_policy_is_joined_and_others_are_left() {
        let text = |strings: &[&str]| {
            let mut octets = Vec::new();
            for string in strings {
                octets.push(u8::try_from(string.len()).unwrap());
                octets.extend_from_slice(string.as_bytes());
            }
            policy(&Txt::from_octets(octets.as_slice()).unwrap(), "v=spf1")
        };
        assert_eq!(
            text(&["v=spf1 ip4:", "8.8.8.8 -all"]).as_deref(),
            Some("v=spf1 ip4:8.8.8.8 -all")
        );
        assert_eq!(text(&["V=SPF1"]).as_deref(), Some("V=SPF1"));
        assert_eq!(text(&["v=spf10 -all"]), None);
        assert_eq!(text(&["site-verification=é"]), None);
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
