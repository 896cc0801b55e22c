//! A DNS-over-HTTPS server on loopback (HTTP/1.1, RFC 8484 POST) whose answers follow from the name
//! that is asked, so that every failure can be had on demand. It counts what it is asked.
//!
//! | name starts with | answer |
//! | --- | --- |
//! | `good` (and any other) | one MX, `mx.` before the name |
//! | `nx` | NXDOMAIN |
//! | `nullmx` | the null MX of RFC 7505 |
//! | `implicit` | no MX, a public A |
//! | `private` | no MX, A in 10/8 |
//! | `nodata` | nothing of any kind |
//! | `servfail`, `refused` | that response code |
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
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const MX: u16 = 15;
const A: u16 = 1;
const CNAME: u16 = 5;

/// The questions that were asked, by name and type.
pub type Asked = Arc<Mutex<BTreeMap<(String, u16), u32>>>;

/// Starts the server on `port` (0 takes a free one); returns its address and its counts.
///
/// # Errors
/// When the port cannot be had.
pub fn start(port: u16) -> std::io::Result<(String, Asked)> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let url = format!("http://{}/dns-query", listener.local_addr()?);
    let asked = Asked::default();
    let shared = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let asked = shared.clone();
            std::thread::spawn(move || drop(serve(stream, &asked)));
        }
    });
    Ok((url, asked))
}

fn serve(stream: TcpStream, asked: &Asked) -> std::io::Result<()> {
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
        answer(&mut writer, &body, &name, kind)?;
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

struct Record {
    owner: String,
    kind: u16,
    data: Vec<u8>,
}

fn mx(owner: &str, preference: u16, host: &str) -> Record {
    let data = [preference.to_be_bytes().to_vec(), encoded(host)].concat();
    Record { owner: owner.to_owned(), kind: MX, data }
}

fn a(owner: &str, address: [u8; 4]) -> Record {
    Record { owner: owner.to_owned(), kind: A, data: address.to_vec() }
}

/// Writes a message that answers `query` with `rcode` and `records`.
fn message(query: &[u8], rcode: u8, records: &[Record]) -> Vec<u8> {
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
    bytes
}

fn answer(writer: &mut TcpStream, query: &[u8], name: &str, kind: u16) -> std::io::Result<()> {
    const DNS: &str = "application/dns-message";
    let word: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
    let truth = || match kind {
        MX => message(query, 0, &[mx(name, 10, &format!("mx.{name}"))]),
        _ => message(query, 0, &[]),
    };
    let only = |wanted, record: Record| {
        let records = if kind == wanted { vec![record] } else { Vec::new() };
        message(query, 0, &records)
    };
    let is = |prefix: &str| word.starts_with(prefix);
    let bytes = match () {
        () if is("nxd") || word == "nx" => message(query, 3, &[]),
        () if is("nullmx") => only(MX, mx(name, 0, "")),
        () if is("implicit") => only(A, a(name, [8, 8, 8, 8])),
        () if is("private") => only(A, a(name, [10, 0, 0, 1])),
        () if is("nodata") => message(query, 0, &[]),
        () if is("servfail") => message(query, 2, &[]),
        () if is("refused") => message(query, 5, &[]),
        () if is("slow") => {
            std::thread::sleep(Duration::from_secs(5));
            truth()
        }
        () if is("hang") => {
            std::thread::sleep(Duration::from_secs(20));
            return Ok(());
        }
        () if is("http500") => return respond(writer, 500, "text/plain", b"broken"),
        () if is("garbage") => vec![0xff; 40],
        () if is("text") => return respond(writer, 200, "text/html", &truth()),
        () if is("liar") => {
            let other = format!("other.{name}");
            message(query, 0, &[mx(&other, 10, "mx.evil.co")])
        }
        () if is("flood") => {
            let records: Vec<_> = (0..1_000).map(|n| mx(name, n, "mx.flood.co")).collect();
            message(query, 0, &records)
        }
        () if is("loop") => message(
            query,
            0,
            &[Record { owner: name.to_owned(), kind: CNAME, data: encoded(name) }],
        ),
        () if is("cut") => {
            let whole = truth();
            whole[..whole.len() / 2].to_vec()
        }
        () => truth(),
    };
    respond(writer, 200, DNS, &bytes)
}
