//! A DNS-over-HTTPS server on loopback (HTTP/1.1, RFC 8484 POST) whose answers follow from the name
//! that is asked, so that every failure can be had on demand. It counts what it is asked.
//!
//! | name starts with | answer |
//! | --- | --- |
//! | `good` (and any other) | one MX, `mx.` before the name; a public A |
//! | `nx` | NXDOMAIN |
//! | `nullmx` | the null MX of RFC 7505 |
//! | `implicit` | no MX, a public A |
//! | `private` | no MX, A in 10/8 |
//! | `nodata` | nothing of any kind |
//! | `deadmx`, `hiddenmx`, `latemx` | one MX: a host that does not exist, is in 10/8, never answers |
//! | `bogus` | SERVFAIL because no signature holds (RFC 8914, code 6) |
//! | `filtered` | NXDOMAIN that the resolver made up (RFC 8914, code 17) |
//! | `policy` | one MX, SPF, DMARC, and a key under the selector `mail` |
//! | `servfail`, `refused` | that response code |
//! | `far` | the truth, 20 ms late |
//! | `slow` | the truth, 5 s late |
//! | `hang` | never |
//! | `http500` | HTTP 500 |
//! | `garbage` | bytes that are no message |
//! | `text` | the truth under the wrong content type |
//! | `liar` | an MX for another name |
//! | `flood` | 1,000 MX records |
//! | `loop` | a CNAME that points at itself |
//! | `cut` | half of the message |

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const A: u16 = 1;
const CNAME: u16 = 5;
const MX: u16 = 15;
const TXT: u16 = 16;
const AAAA: u16 = 28;
const OPT: u16 = 41;

/// The questions that were asked, by name and type.
pub type Asked = Arc<Mutex<BTreeMap<(String, u16), u32>>>;

/// One record of an answer.
#[derive(Clone, Debug)]
pub struct Record {
    owner: String,
    kind: u16,
    data: Vec<u8>,
}

/// What is answered to one question.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A message with this response code, explanation (RFC 8914) and records.
    Message(u8, Option<u16>, Vec<Record>),
    /// The same, so much later.
    Late(Duration, Vec<Record>),
    /// Nothing for 20 seconds, and then the end of the connection.
    Silence,
    /// A message under the content type of a page.
    WrongType(Vec<Record>),
    /// Half a message.
    Cut(Vec<Record>),
    /// Bytes that are no message.
    Garbage,
    /// HTTP 500.
    Broken,
}

impl Reply {
    /// Returns a good answer.
    #[must_use]
    pub const fn of(records: Vec<Record>) -> Self {
        Self::Message(0, None, records)
    }
}

/// What a server answers, by name and type.
pub type Script = Arc<dyn Fn(&str, u16) -> Reply + Send + Sync>;

/// Starts the server on `port` (0 takes a free one); returns its address and its counts.
///
/// # Errors
/// When the port cannot be had.
pub fn start(port: u16) -> std::io::Result<(String, Asked)> {
    start_with(port, Arc::new(by_name))
}

/// Starts the server with answers of one's own.
///
/// # Errors
/// When the port cannot be had.
pub fn start_with(port: u16, script: Script) -> std::io::Result<(String, Asked)> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let url = format!("http://{}/dns-query", listener.local_addr()?);
    let asked = Asked::default();
    let shared = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (asked, script) = (shared.clone(), script.clone());
            std::thread::spawn(move || drop(serve(stream, &asked, &script)));
        }
    });
    Ok((url, asked))
}

fn serve(stream: TcpStream, asked: &Asked, script: &Script) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        let mut length = 0;
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let counts = line.starts_with("GET /asked");
        loop {
            line.clear();
            if reader.read_line(&mut line)? <= 2 {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        if counts {
            // The number of different names, for tests in other languages.
            let names = asked.lock().map(|asked| asked.len()).unwrap_or(0);
            respond(&mut writer, 200, "text/plain", names.to_string().as_bytes())?;
            continue;
        }
        let Some((name, kind)) = question(&body) else {
            respond(&mut writer, 400, "text/plain", b"no question")?;
            continue;
        };
        if let Ok(mut asked) = asked.lock() {
            *asked.entry((name.clone(), kind)).or_default() += 1;
        }
        answer(&mut writer, &body, script(&name, kind))?;
    }
}

fn respond(writer: &mut TcpStream, status: u16, kind: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    writer.write_all(&[head.as_bytes(), body].concat())
}

/// Reads name and type of the one question of a message.
fn question(message: &[u8]) -> Option<(String, u16)> {
    let mut labels = Vec::new();
    let mut at = 12;
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(message.get(at..at + length)?).into_owned());
        at += length;
    }
    let kind = u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]);
    Some((labels.join("."), kind))
}

fn encoded(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap_or(63));
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

/// Returns one MX record.
#[must_use]
pub fn mx(owner: &str, preference: u16, host: &str) -> Record {
    let data = [preference.to_be_bytes().to_vec(), encoded(host)].concat();
    Record { owner: owner.to_owned(), kind: MX, data }
}

/// Returns one A or AAAA record.
#[must_use]
pub fn address(owner: &str, ip: IpAddr) -> Record {
    let (kind, data) = match ip {
        IpAddr::V4(ip) => (A, ip.octets().to_vec()),
        IpAddr::V6(ip) => (AAAA, ip.octets().to_vec()),
    };
    Record { owner: owner.to_owned(), kind, data }
}

/// Returns one TXT record.
#[must_use]
pub fn txt(owner: &str, text: &str) -> Record {
    let mut data = Vec::new();
    for part in text.as_bytes().chunks(255) {
        data.push(u8::try_from(part.len()).unwrap_or(255));
        data.extend_from_slice(part);
    }
    Record { owner: owner.to_owned(), kind: TXT, data }
}

/// Returns one CNAME record.
#[must_use]
pub fn alias(owner: &str, of: &str) -> Record {
    Record { owner: owner.to_owned(), kind: CNAME, data: encoded(of) }
}

/// Writes a message that answers `query`.
fn message(query: &[u8], rcode: u8, explanation: Option<u16>, records: &[Record]) -> Vec<u8> {
    let mut bytes = query.get(..12).unwrap_or_default().to_vec();
    bytes[2] = 0x81;
    bytes[3] = 0x80 | rcode;
    bytes[6..8].copy_from_slice(&u16::try_from(records.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes[8..12].fill(0);
    let end = 12 + query[12..].iter().position(|b| *b == 0).unwrap_or(0) + 5;
    bytes.extend_from_slice(query.get(12..end).unwrap_or_default());
    for record in records {
        bytes.extend(encoded(&record.owner));
        bytes.extend(record.kind.to_be_bytes());
        bytes.extend([0, 1]);
        bytes.extend(300_u32.to_be_bytes());
        bytes.extend(u16::try_from(record.data.len()).unwrap_or(0).to_be_bytes());
        bytes.extend_from_slice(&record.data);
    }
    if let Some(code) = explanation {
        bytes[11] = 1;
        bytes.push(0);
        bytes.extend(OPT.to_be_bytes());
        bytes.extend(1232_u16.to_be_bytes());
        bytes.extend([0; 4]);
        // One option, number 15, of two octets.
        bytes.extend([0, 6, 0, 15, 0, 2]);
        bytes.extend(code.to_be_bytes());
    }
    bytes
}

fn answer(writer: &mut TcpStream, query: &[u8], reply: Reply) -> std::io::Result<()> {
    const DNS: &str = "application/dns-message";
    let good = |records: &[Record]| message(query, 0, None, records);
    let bytes = match reply {
        Reply::Message(rcode, explanation, records) => message(query, rcode, explanation, &records),
        Reply::Late(time, records) => {
            std::thread::sleep(time);
            good(&records)
        }
        Reply::Silence => {
            std::thread::sleep(Duration::from_secs(20));
            return Ok(());
        }
        Reply::WrongType(records) => return respond(writer, 200, "text/html", &good(&records)),
        Reply::Cut(records) => {
            let whole = good(&records);
            whole[..whole.len() / 2].to_vec()
        }
        Reply::Garbage => vec![0xff; 40],
        Reply::Broken => return respond(writer, 500, "text/plain", b"broken"),
    };
    respond(writer, 200, DNS, &bytes)
}

/// The answers that follow from how a name starts.
fn by_name(name: &str, kind: u16) -> Reply {
    const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8));
    const HIDDEN: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    let word: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
    let of = |records: Vec<Record>| {
        Reply::of(records.into_iter().filter(|record| record.kind == kind).collect())
    };
    let truth: Vec<Record> = [mx(name, 10, &format!("mx.{name}")), address(name, PUBLIC)]
        .into_iter()
        .filter(|record| record.kind == kind)
        .collect();
    let is = |prefix: &str| word.starts_with(prefix);
    match () {
        () if is("nxd") || word == "nx" => Reply::Message(3, None, Vec::new()),
        () if is("nullmx") => of(vec![mx(name, 0, "")]),
        () if is("implicit") => of(vec![address(name, PUBLIC)]),
        () if is("private") => of(vec![address(name, HIDDEN)]),
        () if is("nodata") => of(Vec::new()),
        () if is("deadmx") => of(vec![mx(name, 10, "nx.co")]),
        () if is("hiddenmx") => of(vec![mx(name, 10, "private.co")]),
        () if is("latemx") => of(vec![mx(name, 10, "hang.co")]),
        () if is("bogus") => Reply::Message(2, Some(6), Vec::new()),
        () if is("filtered") => Reply::Message(3, Some(17), Vec::new()),
        () if is("policy") => of(vec![mx(name, 10, "mx.good.co"), txt(name, "v=spf1 mx -all")]),
        () if name.starts_with("mail._domainkey.policy") => {
            of(vec![txt(name, "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEB")])
        }
        () if name.starts_with("_dmarc.policy") => of(vec![txt(name, "v=DMARC1; p=reject")]),
        () if is("servfail") => Reply::Message(2, None, Vec::new()),
        () if is("refused") => Reply::Message(5, None, Vec::new()),
        () if is("far") => Reply::Late(Duration::from_millis(20), truth),
        () if is("slow") => Reply::Late(Duration::from_secs(5), truth),
        () if is("hang") => Reply::Silence,
        () if is("http500") => Reply::Broken,
        () if is("garbage") => Reply::Garbage,
        () if is("text") => Reply::WrongType(truth),
        () if is("liar") => Reply::of(vec![mx(&format!("other.{name}"), 10, "mx.evil.co")]),
        () if is("flood") => {
            Reply::of((0..1_000).map(|n| mx(name, n, &format!("mx.{name}"))).collect())
        }
        () if is("loop") => Reply::of(vec![alias(name, name)]),
        () if is("cut") => Reply::Cut(truth),
        () => Reply::of(truth),
    }
}
