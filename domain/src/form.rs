//! What a form asks for, and how one answer is checked.

mod delivery;
mod render;
mod site;
pub mod wording;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::field_error::Rule;
use crate::id::FormId;
use crate::named;
use crate::phone::PhoneNumber;
use crate::text::{Lines, TextError, Unicode, clean};

pub use delivery::{Delivery, Obstacle, Reply};
pub use render::{FormState, escape_html, receipt_html, render_form};
pub use site::{FetchedPage, SiteFinding, look_at_site, origin_of};

/// The most fields one form may have.
pub const FIELDS_MAX: usize = 50;
/// The longest single-line answer, in characters.
pub const LINE_CHARS_MAX: usize = 200;
/// The longest answer of several lines, in characters.
pub const TEXT_CHARS_MAX: usize = 5_000;

/// A form as its owner published it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Form {
    /// The slug in its address.
    pub id: FormId,
    /// The heading above the fields.
    pub title: String,
    /// One sentence under the heading.
    pub intro: String,
    /// What the button says: the outcome, not “submit”.
    pub submit_label: String,
    /// Where the privacy text stands.
    pub privacy_url: String,
    /// Whether sending it is a request to be contacted (engagement rule `hand_raise`).
    pub hand_raise: bool,
    /// The origins that it stands on, as far as its owner has listed them; `*` lists any.
    pub allowed_origins: Vec<String>,
    /// The origins that may neither show it nor post to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_origins: Vec<String>,
    /// The fields, in order.
    pub fields: Vec<FormField>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FormField {
    /// Its name on the wire and in storage.
    pub name: String,
    /// The visible label.
    pub label: String,
    /// What kind of answer it takes.
    pub kind: FieldKind,
    /// Whether an answer is needed.
    #[serde(default)]
    pub required: bool,
    /// The token of WCAG 1.3.5 and HTML `autocomplete`, when there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub autocomplete: String,
    /// The answers offered, for [`FieldKind::Select`] and [`FieldKind::Country`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
}

/// One offered answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldOption {
    /// What is stored and scored.
    pub value: String,
    /// What the visitor reads.
    pub label: String,
}

named! {
    /// What kind of answer a field takes.
    pub enum FieldKind {
        /// One line of text.
        Text = "text",
        /// An e-mail address.
        Email = "email",
        /// A telephone number.
        Phone = "phone",
        /// One of several options.
        Select = "select",
        /// One of the countries of ISO 3166-1, as its two-letter code.
        Country = "country",
        /// Several lines of text.
        LongText = "long_text",
        /// A box to tick; stored as `yes`.
        Consent = "consent",
    }
}

/// The answer stored for a ticked box.
pub const CONSENT_GIVEN: &str = "yes";
/// The answer of somebody who has said no: only a file says that, a form leaves it out.
pub const CONSENT_DENIED: &str = "no";

/// An answer that passed its field's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Nothing was answered, and nothing had to be.
    Blank,
    /// Clean text, an option's value or [`CONSENT_GIVEN`].
    Text(String),
    /// An address.
    Email(EmailAddress),
    /// A number.
    Phone(PhoneNumber),
}

impl Accepted {
    /// Returns the text that is stored, or `None` for a blank.
    #[must_use]
    pub fn stored(&self) -> Option<String> {
        match self {
            Self::Blank => None,
            Self::Text(text) => Some(text.clone()),
            Self::Email(address) => Some(address.to_string()),
            Self::Phone(number) => Some(number.as_str().to_owned()),
        }
    }
}

impl FormField {
    /// Checks one raw answer. The same call decides in the widget and at the edge.
    ///
    /// # Errors
    /// The first [`Rule`] that the answer breaks.
    pub fn check(&self, raw: &str, unicode: &impl Unicode) -> Result<Accepted, Rule> {
        let (lines, max) = match self.kind {
            FieldKind::LongText => (Lines::Many, TEXT_CHARS_MAX),
            FieldKind::Email => return self.check_email(raw, unicode),
            _ => (Lines::Single, LINE_CHARS_MAX),
        };
        let text = clean(raw, lines, max, unicode).map_err(|error| match error {
            TextError::ControlCharacter => Rule::ControlCharacter,
            TextError::TooLong => Rule::TooLong { max },
        })?;
        if text.is_empty() {
            return self.blank();
        }
        match self.kind {
            FieldKind::Phone => {
                PhoneNumber::read(&text, unicode).map(Accepted::Phone).ok_or(Rule::PhoneNumber)
            }
            FieldKind::Select | FieldKind::Country
                if !self.options.iter().any(|option| option.value == text) =>
            {
                Err(Rule::NotAnOption)
            }
            FieldKind::Consent => match text.as_str() {
                "yes" | "on" | "true" => Ok(Accepted::Text(CONSENT_GIVEN.to_owned())),
                "no" | "off" | "false" => self.blank(),
                _ => Err(Rule::NotAnOption),
            },
            _ => Ok(Accepted::Text(text)),
        }
    }

    fn check_email(&self, raw: &str, unicode: &impl Unicode) -> Result<Accepted, Rule> {
        if raw.len() <= LINE_CHARS_MAX && raw.trim_matches(crate::text::is_trimmable).is_empty() {
            return self.blank();
        }
        EmailAddress::read(raw, unicode)
            .map(Accepted::Email)
            .map_err(|error| Rule::Email { reason: error.reason, position: error.position })
    }

    const fn blank(&self) -> Result<Accepted, Rule> {
        match (self.required, self.kind) {
            (false, _) => Ok(Accepted::Blank),
            (true, FieldKind::Consent) => Err(Rule::ConsentRequired),
            (true, _) => Err(Rule::Required),
        }
    }
}

/// The countries of ISO 3166-1 in English, one `CODE name` a line, sorted by name
/// as an English dictionary sorts, accents aside.
static COUNTRIES: &str = include_str!("../data/countries.txt");

/// Returns the English name of a two-letter code in upper case, or `None`.
#[must_use]
pub fn country_name(code: &str) -> Option<&'static str> {
    countries().find(|(known, _)| *known == code).map(|(_, name)| name)
}

/// Returns the two-letter code of a country by its English name, in whatever case, or `None`.
#[must_use]
pub fn country_code(name: &str) -> Option<&'static str> {
    countries().find(|(_, known)| known.eq_ignore_ascii_case(name.trim())).map(|(code, _)| code)
}

/// Returns every country as code and English name.
pub fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
    COUNTRIES.lines().filter_map(|line| line.split_once(' '))
}

impl Form {
    /// Offers every country wherever a field asks for one and its owner named none.
    ///
    /// A published form is completed once, where the list is; the markup then carries it on.
    #[must_use]
    pub fn with_countries(mut self) -> Self {
        for field in &mut self.fields {
            if field.kind == FieldKind::Country && field.options.is_empty() {
                let option = |(value, label): (&str, &str)| FieldOption {
                    value: value.to_owned(),
                    label: label.to_owned(),
                };
                field.options = countries().map(option).collect();
            }
        }
        self
    }

    /// Returns the field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns whether the owner has listed `origin` as a site of this form.
    ///
    /// Exact comparison only: no suffixes, and never the opaque `null`.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        origin != "null" && self.allowed_origins.iter().any(|known| known == "*" || known == origin)
    }

    /// Checks what every page that shows this form relies on: names, sites, the link, and how much there is.
    ///
    /// # Errors
    /// The first of these that a form cannot have.
    pub fn check(&self) -> Result<(), FormFault> {
        let texts = [&self.title, &self.intro, &self.submit_label];
        let mut names = BTreeSet::new();
        let is_name = |name: &str| {
            let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.len() <= NAME_BYTES_MAX
                && name.bytes().all(letters)
                && !RESERVED_NAMES.contains(&name)
        };
        match () {
            () if texts.iter().any(|text| text.len() > TEXT_BYTES_MAX) => Err(FormFault::Text),
            () if self.fields.len() > FIELDS_MAX => Err(FormFault::Fields),
            () if !self
                .fields
                .iter()
                .all(|field| is_name(&field.name) && names.insert(&field.name)) =>
            {
                Err(FormFault::Name)
            }
            () if self.fields.iter().any(|field| field.label.len() > TEXT_BYTES_MAX) => {
                Err(FormFault::Text)
            }
            () if !is_link(&self.privacy_url) => Err(FormFault::Link),
            () if !self.allowed_origins.iter().all(|origin| is_origin(origin)) => {
                Err(FormFault::Site)
            }
            () if !self.blocked_origins.iter().all(|origin| is_site(origin)) => {
                Err(FormFault::Site)
            }
            () => Ok(()),
        }
    }

    /// Returns whether the owner has blocked `origin`: it may neither show this form nor post to it.
    #[must_use]
    pub fn blocks_origin(&self, origin: &str) -> bool {
        self.blocked_origins.iter().any(|known| known == origin)
    }
}

/// The longest name of a field, in bytes.
const NAME_BYTES_MAX: usize = 64;
/// The longest heading, sentence or label, in bytes.
const TEXT_BYTES_MAX: usize = 2_000;
/// Names that the form itself needs, and those by which a script reaches a form's own parts.
const RESERVED_NAMES: [&str; 13] = [
    "website2",
    "idempotency_key",
    "page_url",
    "page_title",
    "referrer",
    "elements",
    "action",
    "method",
    "submit",
    "reset",
    "dataset",
    "attributes",
    "children",
];

/// Why a form cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFault {
    /// It has more than [`FIELDS_MAX`] fields.
    Fields,
    /// A field's name is not `[a-z][a-z0-9_]*`, is taken, or is one that the form needs itself.
    Name,
    /// A text is too long.
    Text,
    /// The privacy link leads neither to a page of the web nor to a path of this deployment.
    Link,
    /// A site is no origin.
    Site,
}

/// Returns whether a link leads to a page of the web, or to a path of this deployment: never to script, and never
/// to another host by a path (attack cases 4 and 44).
#[must_use]
pub fn is_link(url: &str) -> bool {
    let is_visible = url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"' | b'<'));
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_own = url.starts_with('/') && !url.starts_with("//");
    url.len() <= TEXT_BYTES_MAX && is_visible && (is_web || is_own)
}

/// Returns whether `text` is a web origin as browsers send it: scheme, host in lower case, perhaps
/// a port, nothing after; or the one wildcard `*`.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return text == "*";
    };
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:[]".contains(&b);
    (1..=253).contains(&host.len()) && host.bytes().all(allowed) && !host.ends_with(':')
}

/// Returns whether `text` is what a browser names one site by: a web origin, or `null` for a saved page or a frame
/// without rights of its own. The wildcard is no site.
#[must_use]
pub fn is_site(text: &str) -> bool {
    text == "null" || (text != "*" && is_origin(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_whole() {
        let mut form: Form = serde_json::from_str(include_str!("../data/demo_form.json")).unwrap();
        assert!(!form.allows_origin("https://acme.co"));
        form.allowed_origins = vec!["https://acme.co".to_owned()];
        assert!(form.allows_origin("https://acme.co"));
        for evil in
            ["null", "", "https://acme.co.evil.co", "https://evil-acme.co", "http://acme.co"]
        {
            assert!(!form.allows_origin(evil), "{evil}");
        }
        form.allowed_origins = vec!["*".to_owned()];
        assert!(form.allows_origin("https://any.co") && !form.allows_origin("null"));
        assert!(
            is_origin("https://acme.co") && is_origin("http://127.0.0.1:8000") && is_origin("*")
        );
        for bad in
            ["acme.co", "https://", "https://acme.co/", "https://ACME.co", "javascript:x", "null"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn one_check_for_widget_and_edge() {
        use crate::text::NativeUnicode;
        let form: Form = serde_json::from_str(include_str!("../data/demo_form.json")).unwrap();
        let form = form.with_countries();
        let check = |name: &str, raw: &str| {
            form.field(name).unwrap().check(raw, &NativeUnicode).map(|a| a.stored())
        };
        assert_eq!(check("name", " Ada "), Ok(Some("Ada".to_owned())));
        assert_eq!(check("name", " "), Err(Rule::Required));
        assert_eq!(check("phone", ""), Ok(None));
        assert_eq!(check("phone", "12"), Err(Rule::PhoneNumber));
        assert_eq!(check("role", "boss"), Err(Rule::NotAnOption));
        assert_eq!(check("country", "DE"), Ok(Some("DE".to_owned())));
        assert_eq!(check("country", "XX"), Err(Rule::NotAnOption));
        assert_eq!(check("consent", "on"), Ok(Some("yes".to_owned())));
        assert_eq!(check("consent", ""), Ok(None));
        assert_eq!(check("name", "x\r\nBcc: v@e.co"), Err(Rule::ControlCharacter));
        assert_eq!(
            check("phone", "０９０－１２３４－５６７８"),
            Ok(Some("090-1234-5678".to_owned()))
        );
        assert_eq!(check("email", "ada@acme.co\u{200f}"), Ok(Some("ada@acme.co".to_owned())));
        assert_eq!(check("name", &"x".repeat(201)), Err(Rule::TooLong { max: 200 }));
        assert!(matches!(check("email", "a@b"), Err(Rule::Email { .. })));
    }
}
