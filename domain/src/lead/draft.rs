//! From raw answers to a valid submission.

use std::collections::BTreeMap;

use crate::attribution::{Attribution, PageContext};
use crate::email::EmailAddress;
use crate::field_error::{FieldError, Rule};
use crate::form::{Accepted, Form, TEXT_CHARS_MAX};
use crate::lead::ClientScore;
use crate::phone::PhoneNumber;
use crate::text::{Lines, Unicode, clean, truncated};

/// What a visitor typed, unchecked and untrimmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadDraft {
    /// The raw answers by field name.
    pub answers: BTreeMap<String, String>,
    /// The page it was typed on.
    pub page: PageContext,
    /// The score that the browser claims.
    pub client_score: Option<ClientScore>,
}

/// Answers that passed every rule of their form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The clean answers by field name; blanks are left out.
    pub answers: BTreeMap<String, String>,
    /// The address, when the form asked for one.
    pub email: Option<EmailAddress>,
    /// The telephone number, when the form asked for one.
    pub phone: Option<PhoneNumber>,
    /// Where the visitor came from.
    pub attribution: Attribution,
    /// The score that the browser claims.
    pub client_score: Option<ClientScore>,
}

impl LeadDraft {
    /// Takes what can be used of answers that `form` would refuse: a person has looked at them. What breaks a
    /// rule is kept as text under the name of its field, the address as `email_as_typed`.
    #[must_use]
    pub fn salvage(&self, form: &Form, unicode: &impl Unicode) -> Submission {
        let mut answers = BTreeMap::new();
        let (mut email, mut phone) = (None, None);
        for (name, raw) in &self.answers {
            let checked = form.field(name).map(|field| field.check(raw, unicode));
            match checked {
                Some(Ok(accepted)) => {
                    answers.extend(accepted.stored().map(|text| (name.clone(), text)));
                    match accepted {
                        Accepted::Email(address) => drop(email.get_or_insert(address)),
                        Accepted::Phone(number) => drop(phone.get_or_insert(number)),
                        Accepted::Blank | Accepted::Text(_) => {}
                    }
                }
                Some(Err(_)) | None => {
                    let cut = truncated(raw, TEXT_CHARS_MAX);
                    let text = clean(cut, Lines::Many, TEXT_CHARS_MAX, unicode).unwrap_or_default();
                    let name = if name == "email" { "email_as_typed" } else { truncated(name, 64) };
                    if !text.is_empty() {
                        answers.insert(name.to_owned(), text);
                    }
                }
            }
        }
        let attribution = Attribution::of(&self.page);
        Submission { answers, email, phone, attribution, client_score: self.client_score }
    }

    /// Checks every answer against `form`.
    ///
    /// # Errors
    /// Every broken rule, in the order of the form, unknown fields last. Nothing partial comes out.
    pub fn validate(
        &self,
        form: &Form,
        unicode: &impl Unicode,
    ) -> Result<Submission, Vec<FieldError>> {
        let mut answers = BTreeMap::new();
        let mut errors = Vec::new();
        let (mut email, mut phone) = (None, None);
        for field in &form.fields {
            let raw = self.answers.get(&field.name).map_or("", String::as_str);
            match field.check(raw, unicode) {
                Ok(accepted) => {
                    if let Some(text) = accepted.stored() {
                        answers.insert(field.name.clone(), text);
                    }
                    match accepted {
                        Accepted::Email(address) => drop(email.get_or_insert(address)),
                        Accepted::Phone(number) => drop(phone.get_or_insert(number)),
                        Accepted::Blank | Accepted::Text(_) => {}
                    }
                }
                Err(rule) => errors.push(FieldError::new(&field.name, rule)),
            }
        }
        let unknown = self.answers.keys().filter(|name| form.field(name).is_none());
        errors.extend(unknown.map(|name| FieldError::new(truncated(name, 64), Rule::UnknownField)));
        if errors.is_empty() {
            let attribution = Attribution::of(&self.page);
            let client_score = self.client_score;
            Ok(Submission { answers, email, phone, attribution, client_score })
        } else {
            Err(errors)
        }
    }
}
