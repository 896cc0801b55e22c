//! The JSON of a submission, read strictly: a key named twice is refused, so that what is checked
//! and what is stored cannot differ, and a value of the wrong type is an error of its own field.

use std::collections::BTreeMap;
use std::fmt;

use plumbline_domain::attribution::PageContext;
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::lead::{ClientScore, LeadDraft};
use plumbline_domain::text::truncated;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;

use super::ApiError;

/// The most keys of one object, and the most fields of a form post.
pub const FIELDS_MAX: usize = 100;

/// What the JSON of a submission says.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The answers with their page.
    pub draft: LeadDraft,
    /// Whether they were kept on a device and nobody is there to correct them.
    pub is_kept: bool,
    /// The fields whose values have the wrong type or are not known.
    pub errors: Vec<FieldError>,
}

/// Reads the JSON of a submission.
///
/// # Errors
/// 400 for what is not JSON or names a key twice; nothing of it is looked at further.
pub fn parse(body: &[u8]) -> Result<Parsed, ApiError> {
    let top: UniqueKeys = read(body)?;
    let Parsed { mut draft, mut is_kept, mut errors } = Parsed::default();
    for (key, value) in &top.0 {
        match key.as_str() {
            "answers" => match answers(value)? {
                Some(found) => take_answers(&mut draft, &mut errors, &found),
                None => errors.push(FieldError::new(key, Rule::NotText)),
            },
            "page" => match typed::<PageContext>(value) {
                Some(page) => draft.page = page,
                None => errors.push(FieldError::new(key, Rule::NotText)),
            },
            // It is only noted: one that cannot be read costs nobody their lead, and differs.
            "client_score" => {
                draft.client_score = typed(value).unwrap_or(Some(ClientScore::UNREADABLE));
            }
            "kept" => is_kept = typed(value).unwrap_or(false),
            // A stage, an id, a score of one's own: nobody assigns those from outside (case 9).
            other => errors.push(FieldError::new(truncated(other, 64), Rule::UnknownField)),
        }
    }
    Ok(Parsed { draft, is_kept, errors })
}

fn take_answers(draft: &mut LeadDraft, errors: &mut Vec<FieldError>, found: &UniqueKeys) {
    for (name, value) in &found.0 {
        match typed::<String>(value) {
            Some(text) => {
                draft.answers.insert(name.clone(), text);
            }
            None => errors.push(FieldError::new(truncated(name, 64), Rule::NotText)),
        }
    }
}

/// Returns the answers, `None` when they are no object.
fn answers(value: &RawValue) -> Result<Option<UniqueKeys>, ApiError> {
    if value.get().starts_with('{') { read(value.get().as_bytes()).map(Some) } else { Ok(None) }
}

fn typed<T: DeserializeOwned>(value: &RawValue) -> Option<T> {
    serde_json::from_slice(value.get().as_bytes()).ok()
}

fn read(bytes: &[u8]) -> Result<UniqueKeys, ApiError> {
    let read: UniqueKeys = serde_json::from_slice(bytes).map_err(|_| ApiError::MalformedBody)?;
    if read.0.len() > FIELDS_MAX {
        let error = FieldError::new("answers", Rule::OutOfRange);
        return Err(ApiError::InvalidFields(vec![error]));
    }
    Ok(read)
}

/// An object whose keys differ; the values are not parsed until they are asked for, so depth and
/// size of what nobody asks for cost nothing.
struct UniqueKeys(BTreeMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = UniqueKeys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose keys differ")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueKeys, A::Error> {
                let mut found = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    if found.insert(key, value).is_some() {
                        return Err(de::Error::custom("a key is named twice"));
                    }
                    if found.len() > FIELDS_MAX {
                        // Enough to refuse it; the rest is skipped without being kept.
                        while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
                    }
                }
                Ok(UniqueKeys(found))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &str) -> Vec<(String, Rule)> {
        parse(body.as_bytes())
            .unwrap()
            .errors
            .into_iter()
            .map(|error| (error.field, error.rule))
            .collect()
    }

    #[test]
    fn reads_answers_page_and_score() {
        let body = r#"{"answers":{"name":"Ada"},"page":{"page_title":"T"},"client_score":{"fit":1,"engagement":2}}"#;
        let Parsed { draft, is_kept, errors } = parse(body.as_bytes()).unwrap();
        assert!(errors.is_empty() && !is_kept);
        assert_eq!(draft.answers.get("name").map(String::as_str), Some("Ada"));
        assert_eq!((draft.page.page_title.as_str(), draft.client_score.unwrap().fit), ("T", 1));
    }

    #[test]
    fn a_score_that_cannot_be_read_is_no_error() {
        for claimed in [r#""high""#, "[]", r#"{"fit":1e99,"engagement":0}"#, r#"{"fit":1,"x":2}"#] {
            let body = format!(r#"{{"answers":{{"name":"Ada"}},"client_score":{claimed}}}"#);
            let Parsed { draft, errors, .. } = parse(body.as_bytes()).unwrap();
            assert_eq!((draft.client_score, errors), (Some(ClientScore::UNREADABLE), vec![]));
        }
    }

    #[test]
    fn wrong_types_and_strangers_are_named() {
        for value in [r#"["a@b.c"]"#, r#"{"$ne":null}"#, "true", "1e999", "null"] {
            let body = format!(r#"{{"answers":{{"email":{value}}}}}"#);
            assert_eq!(fields(&body), [("email".to_owned(), Rule::NotText)], "{value}");
        }
        assert_eq!(fields(r#"{"answers":[]}"#), [("answers".to_owned(), Rule::NotText)]);
        assert_eq!(
            fields(r#"{"id":"x","score":100}"#),
            [("id".to_owned(), Rule::UnknownField), ("score".to_owned(), Rule::UnknownField)]
        );
    }

    #[test]
    fn what_is_not_one_clear_object_is_malformed() {
        let deep = "[".repeat(100_000);
        let deep_inside = format!(r#"{{"answers":{{"a":{deep}}}}}"#);
        for body in [
            "",
            "[]",
            "nope",
            r#"{"answers":{"a":"1","a":"2"}}"#,
            r#"{"page":{},"page":{}}"#,
            r#"{"answers":{"a":"\ud800"},"answers":{}}"#,
            deep.as_str(),
            deep_inside.as_str(),
        ] {
            assert!(matches!(parse(body.as_bytes()), Err(ApiError::MalformedBody)), "{:.40}", body);
        }
        assert!(matches!(
            parse(b"{\"answers\":{\"a\":\"\xc3\x28\"}}"),
            Err(ApiError::MalformedBody)
        ));
        let many: Vec<_> = (0..1_000).map(|n| format!(r#""k{n}":"v""#)).collect();
        let many = format!("{{{}}}", many.join(","));
        assert!(matches!(parse(many.as_bytes()), Err(ApiError::InvalidFields(_))));
    }
}
