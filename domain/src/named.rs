//! Enums whose every case has one stable string: on the wire, in the store and in programs.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// Defines a plain enum with the stable string of each case.
///
/// It gets `ALL`, `as_str` and `parse`, and is written and read as that string by serde. One reader
/// serves every such enum, where a derived one would be compiled for each.
#[macro_export]
macro_rules! named {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($(#[doc = $doc:literal])* $case:ident = $text:literal),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name {
            $($(#[doc = $doc])* $case),+
        }

        #[allow(clippy::allow_attributes, dead_code, reason = "not every enum needs all of these")]
        impl $name {
            const NAMES: &'static [&'static str] = &[$($text),+];

            /// Every case, in order.
            pub const ALL: [Self; Self::NAMES.len()] = [$(Self::$case),+];

            /// Returns the stable string.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$case => $text),+
                }
            }

            /// Returns the case of that name.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|case| case.as_str() == text)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let place = $crate::named::place_of(deserializer, Self::NAMES)?;
                // The place is that of a name, and there are as many cases.
                Ok(Self::ALL.get(place).copied().unwrap_or(Self::ALL[0]))
            }
        }

        $crate::named_schema! { $name { $($text: $($doc)*),+ } }
    };
}

/// Describes a named enum for the OpenAPI document.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! named_schema {
    ($name:ident { $($text:literal: $($doc:literal)*),+ }) => {
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let cases = vec![$(::schemars::json_schema!({
                    "const": $text,
                    "description": concat!($($doc),*).trim(),
                    "type": "string"
                })),+];
                ::schemars::json_schema!({ "oneOf": cases })
            }
        }
    };
}

/// Describes nothing where no OpenAPI document is written.
#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! named_schema {
    ($($any:tt)*) => {};
}

/// Reads a name and returns its place among `names`.
///
/// # Errors
/// When the input is no string, or none of the names.
pub fn place_of<'de, D: Deserializer<'de>>(
    deserializer: D,
    names: &'static [&'static str],
) -> Result<usize, D::Error> {
    deserializer.deserialize_str(Names(names))
}

struct Names(&'static [&'static str]);

impl Visitor<'_> for Names {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a known name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        let place = self.0.iter().position(|name| *name == text);
        place.ok_or_else(|| E::unknown_variant(text, self.0))
    }
}

#[cfg(test)]
mod tests {
    named! {
        /// Two tastes.
        enum Taste {
            /// Of sugar.
            Sweet = "sweet",
            /// Of salt.
            Salty = "very_salty",
        }
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for taste in Taste::ALL {
            let text = serde_json::to_string(&taste).unwrap();
            assert_eq!(text.trim_matches('"'), taste.as_str());
            assert_eq!(serde_json::from_str::<Taste>(&text).unwrap(), taste);
            assert_eq!(Taste::parse(taste.as_str()), Some(taste));
        }
        let error = serde_json::from_str::<Taste>("\"sour\"").unwrap_err().to_string();
        assert!(error.starts_with("unknown variant `sour`, expected `sweet` or `very_salty`"));
    }
}
