//! The live feed.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};

use super::{access, shared, stored, unique};

fn open() -> WebSocket<TcpStream> {
    open_with("cookie", &shared().cookie)
}

fn open_with(name: &'static str, credential: &str) -> WebSocket<TcpStream> {
    let origin = shared().worker.origin.as_str();
    let address = origin.trim_start_matches("http://").to_owned();
    let mut request = format!("ws://{address}/api/v1/live").into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert(name, HeaderValue::from_str(credential).unwrap());
    headers.insert("origin", HeaderValue::from_str(origin).unwrap());
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    tungstenite::client(request, stream).expect("an open socket").0
}

/// Reads until a message about `id` comes.
fn about(socket: &mut WebSocket<TcpStream>, id: &str) -> serde_json::Value {
    loop {
        if let Message::Text(text) = socket.read().expect("a message within ten seconds") {
            let message: serde_json::Value = serde_json::from_str(&text).unwrap();
            if message["event"]["lead_id"] == id {
                return message;
            }
        }
    }
}

#[test]
fn what_happens_reaches_every_open_dashboard_once_and_in_order() {
    let (mut one, mut two) = (open(), open());
    let name = unique("Live ");
    let id = stored(&format!(r#"{{"answers":{{"name":"{name}","email":"l@good.co"}}}}"#));
    for socket in [&mut one, &mut two] {
        let message = about(socket, &id);
        // It asked for a call, and the one event of its arrival says so.
        assert_eq!(
            (&message["event"]["kind"]["lead.created"]["by"], &message["lead"]["name"]),
            (&"hand_raise".into(), &name.as_str().into())
        );
    }
    let bearer = format!("Bearer {}", shared().key);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("if-match", "\"1\""),
    ];
    let path = format!("/api/v1/leads/{id}");
    assert_eq!(
        shared().worker.send("PATCH", &path, &headers, br#"{"stage":"customer"}"#).status,
        200
    );
    assert_eq!(about(&mut one, &id)["lead"]["stage"], "customer");
    assert_eq!(shared().worker.send("DELETE", &path, &headers, b"").status, 204);
    let gone = about(&mut one, &id);
    // What was changed and what was erased may arrive together, the lead being gone by then.
    assert!(gone["lead"].is_null());
}

/// Waits until the server closes a socket, and says after how long.
fn closed(socket: &mut WebSocket<TcpStream>) -> Duration {
    let start = Instant::now();
    loop {
        match socket.read() {
            Ok(Message::Close(frame)) => {
                assert_eq!(frame.map(|frame| u16::from(frame.code)), Some(4_401));
                return start.elapsed();
            }
            Ok(_) => {}
            Err(error) => panic!("the socket was not closed: {error}"),
        }
    }
}

#[test]
fn whoever_may_no_longer_read_hears_nothing_more() {
    // Attack case 37: signed out, revoked, or at the end of a session.
    let origin = shared().worker.origin.as_str();
    let leaver = access::session(Duration::from_secs(600));
    let mut by_session = open_with("cookie", &leaver);
    let guest = access::session(Duration::from_secs(4));
    let mut until_its_end = open_with("cookie", &guest);
    let made = access::make_key("Socket", "leads:read");
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let mut by_key = open_with("authorization", &bearer);
    let mut stays = open();
    let headers = [("cookie", leaver.as_str()), ("origin", origin)];
    let signed_out = shared().worker.send("DELETE", "/api/v1/sessions/current", &headers, b"");
    assert_eq!(signed_out.status, 204);
    assert!(closed(&mut by_session) < Duration::from_secs(1));
    access::revoke_key(made["api_key"]["id"].as_str().unwrap());
    assert!(closed(&mut by_key) < Duration::from_secs(1));
    assert!(closed(&mut until_its_end) < Duration::from_secs(6));
    // A right that ends where nobody tells the feed is asked about before a lead is told.
    let lost = access::session(Duration::from_secs(600));
    let mut unaware = open_with("cookie", &lost);
    access::end_session(&lost);
    let id = stored(r#"{"answers":{"name":"After","email":"after@good.co"}}"#);
    assert_eq!(about(&mut stays, &id)["lead"]["name"], "After");
    loop {
        match unaware.read() {
            Ok(Message::Text(text)) => assert!(!text.contains(&id), "{text}"),
            Ok(Message::Close(_)) => break,
            other => panic!("{other:?}"),
        }
    }
}
