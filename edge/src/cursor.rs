//! Where a page of leads ended: opaque to clients and signed, so that nobody walks in by guessing.

use crate::crypto::{base64_url, equal_in_constant_time, signature};

/// The position after the last row of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The list it belongs to; a cursor of another list is refused.
    pub list: &'static str,
    /// The number the list is sorted by, or 0.
    pub number: i64,
    /// The id of the last row, or empty.
    pub id: String,
}

impl Cursor {
    /// Writes the cursor with its signature.
    pub fn sign(&self, key: &str) -> String {
        let body = format!("{}.{}.{}", self.list, self.number, self.id);
        let mark = base64_url(&signature(key, &body));
        format!("{body}.{mark}")
    }

    /// Reads a cursor of `list`, or `None` when this deployment did not write it.
    pub fn read(text: &str, list: &'static str, key: &str) -> Option<Self> {
        let (body, mark) = text.rsplit_once('.')?;
        let expected = base64_url(&signature(key, body));
        if !equal_in_constant_time(mark.as_bytes(), expected.as_bytes()) {
            return None;
        }
        let mut parts = body.splitn(3, '.');
        if parts.next()? != list {
            return None;
        }
        Some(Self { list, number: parts.next()?.parse().ok()?, id: parts.next()?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_what_it_wrote() {
        let cursor = Cursor { list: "newest", number: -3, id: "0192".into() };
        let text = cursor.sign("key");
        assert_eq!(Cursor::read(&text, "newest", "key"), Some(cursor));
        assert_eq!(Cursor::read(&text, "priority", "key"), None);
        assert_eq!(Cursor::read(&text, "newest", "other"), None);
        assert_eq!(Cursor::read(&text.replace("0192", "0193"), "newest", "key"), None);
        assert_eq!(Cursor::read("", "newest", "key"), None);
    }
}
