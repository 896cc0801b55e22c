//! The live feed.

use std::net::TcpStream;
use std::time::Duration;

use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};

use super::{shared, stored, unique};

fn open() -> WebSocket<TcpStream> {
    let shared = shared();
    let address = shared.worker.origin.trim_start_matches("http://").to_owned();
    let mut request = format!("ws://{address}/api/v1/live").into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("cookie", HeaderValue::from_str(&shared.cookie).unwrap());
    headers.insert("origin", HeaderValue::from_str(&shared.worker.origin).unwrap());
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
