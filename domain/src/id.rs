//! Identifiers: UUIDv7 newtypes, ordered by time, made by the caller from a clock and random bytes.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Timestamp;

/// A text that is not an identifier of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid identifier")]
pub struct IdError;

macro_rules! time_ordered_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!try_from, !into, transparent))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(#[cfg_attr(feature = "schema", schemars(with = "String"))] Uuid);

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl $name {
            /// Makes a UUIDv7 (RFC 9562 §5.7) of `now` and ten random bytes.
            #[must_use]
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                let ms = u64::try_from(now.as_ms()).unwrap_or_default();
                Self(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
            }

            /// Parses the hyphenated lower-case form, the only one that is ever printed.
            ///
            /// # Errors
            /// [`IdError`] for any other text.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let id = Uuid::try_parse(text).map_err(|_| IdError)?;
                let mut buffer = Uuid::encode_buffer();
                if id.hyphenated().encode_lower(&mut buffer) == text { Ok(Self(id)) } else { Err(IdError) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

time_ordered_id!(
    /// Identifies a lead.
    LeadId
);
time_ordered_id!(
    /// Identifies a stored event; also the webhook id of every delivery of it.
    EventId
);
time_ordered_id!(
    /// Identifies an API key, without its secret part.
    ApiKeyId
);

time_ordered_id!(
    /// Identifies an import of leads.
    ImportId
);

time_ordered_id!(
    /// Identifies a merge of two leads.
    MergeId
);

/// The longest form id, in bytes.
pub const FORM_ID_BYTES_MAX: usize = 64;

/// Identifies a form by a slug that its owner chose: `a-z`, `0-9` and inner hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct FormId(String);

impl FormId {
    /// Parses a slug.
    ///
    /// # Errors
    /// [`IdError`] when it is empty, longer than [`FORM_ID_BYTES_MAX`], starts or ends with a
    /// hyphen, or holds anything but `a-z`, `0-9` and `-`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (1..=FORM_ID_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits { Ok(Self(text.to_owned())) } else { Err(IdError) }
    }

    /// Returns the id that leads from files have in place of a form's.
    #[must_use]
    pub fn of_imports() -> Self {
        Self("import".to_owned())
    }

    /// Returns the id that leads from what people do in the product have in place of a form's.
    #[must_use]
    pub fn of_product() -> Self {
        Self("product".to_owned())
    }

    /// Returns the slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FormId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for FormId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<FormId> for String {
    fn from(id: FormId) -> Self {
        id.0
    }
}

/// The longest idempotency key, in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

/// A key that a client makes once per form fill, so that sending twice stores once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Parses 1 to [`IDEMPOTENCY_KEY_BYTES_MAX`] visible ASCII characters.
    ///
    /// # Errors
    /// [`IdError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(IdError) }
    }

    /// Returns the key that stands for some answers under this one: two visitors of a saved page have one
    /// key and answers of their own. `hash` is the hash of this key and the answers, in hexadecimal digits.
    #[must_use]
    pub fn of_answers(hash: &str) -> Self {
        Self(["answers-", hash].concat())
    }

    /// Returns the key as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = LeadId::new(Timestamp::from_ms(1_000), [255; 10]);
        let late = LeadId::new(Timestamp::from_ms(1_001), [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(LeadId::parse(&late.to_string()), Ok(late));
        assert_eq!(LeadId::parse("demo"), Err(IdError));
        // JSON and stored rows are held to the same form.
        let json = serde_json::to_string(&late).unwrap();
        assert_eq!(serde_json::from_str::<LeadId>(&json).unwrap(), late);
        assert!(serde_json::from_str::<LeadId>(&json.to_uppercase()).is_err());
    }

    #[test]
    fn form_ids_are_slugs() {
        assert!(FormId::parse("spring-2027").is_ok());
        for bad in ["", "-a", "a-", "Demo", "a/b", "a b", &"a".repeat(65)] {
            assert_eq!(FormId::parse(bad), Err(IdError), "{bad}");
        }
    }

    #[test]
    fn idempotency_keys_are_visible_ascii() {
        assert!(IdempotencyKey::parse(&"k".repeat(255)).is_ok());
        for bad in ["", "a b", "a\n", "ключ", &"k".repeat(256)] {
            assert_eq!(IdempotencyKey::parse(bad), Err(IdError), "{bad}");
        }
    }
}
