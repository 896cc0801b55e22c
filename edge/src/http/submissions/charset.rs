//! The text of a plain form post, in whatever character encoding its page was.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// Returns at most `max` pairs of a form post. The post may say its encoding, in `_charset_` as browsers
/// fill it in or else in its `Content-Type`; where it says none and is no UTF-8, it is read as
/// windows-1252, as browsers read a page that says nothing (WHATWG Encoding, URL standard §5.1).
pub fn pairs(body: &[u8], charset: &str, max: usize) -> Vec<(String, String)> {
    let raw: Vec<(Vec<u8>, Vec<u8>)> = body
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .take(max)
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut half = || unescaped(halves.next().unwrap_or_default());
            (half(), half())
        })
        .collect();
    let named = raw.iter().find(|(name, _)| name == b"_charset_");
    let named = named.and_then(|(_, value)| std::str::from_utf8(value).ok());
    let charset = named.filter(|named| !named.is_empty()).unwrap_or(charset).to_ascii_lowercase();
    let text = |bytes: Vec<u8>| text(bytes, &charset);
    raw.into_iter().map(|(name, value)| (text(name), text(value))).collect()
}

fn text(bytes: Vec<u8>, charset: &str) -> String {
    let bytes = match String::from_utf8(bytes) {
        // What is ASCII says the same in every encoding that a form is sent in.
        Ok(text) if text.is_ascii() || matches!(charset, "" | "utf-8" | "utf8") => return text,
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let charset = if matches!(charset, "" | "utf-8" | "utf8") { "windows-1252" } else { charset };
    decoded(&bytes, charset).unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Decodes with the platform's own tables; `None` for an encoding that it does not know.
fn decoded(bytes: &[u8], charset: &str) -> Option<String> {
    #[wasm_bindgen]
    extern "C" {
        type TextDecoder;
        #[wasm_bindgen(constructor, catch)]
        fn new(label: &str) -> Result<TextDecoder, JsValue>;
        #[wasm_bindgen(method, catch)]
        fn decode(this: &TextDecoder, bytes: &Uint8Array) -> Result<JsValue, JsValue>;
    }
    let decoder = TextDecoder::new(charset).ok()?;
    decoder.decode(&Uint8Array::from(bytes)).ok()?.dyn_ref::<js_sys::JsString>().map(String::from)
}

/// Undoes the escapes of a form post in bytes.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            (other, _) => bytes.push(*other),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pairs_as_they_were_sent() {
        let read = |body: &[u8]| pairs(body, "", 3);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read(b"name=J%C3%B6rg+M%25&&need=a%3Db%3D&flag&more=1"),
            [pair("name", "J\u{f6}rg M%"), pair("need", "a=b="), pair("flag", "")]
        );
        assert_eq!(read(b"a=%zz%4"), [pair("a", "%zz%4")]);
    }
}
