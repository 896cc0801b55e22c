//! What was typed, what was left, and everything that follows from both.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use plumbline_api::checks::DomainCheck;
use plumbline_api::forms::WidgetForm;
use plumbline_domain::email::{EmailAddress, suggest_domain};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::form::{FieldKind, Form};
use plumbline_domain::lead::{ClientScore, NextStep};
use plumbline_domain::scoring::{Score, Signals, score_lead};
use plumbline_domain::text::Unicode;

use crate::browser::{self, BrowserUnicode};

/// Where sending stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submit {
    /// Nothing was sent.
    Idle,
    /// It is on its way.
    Sending,
    /// It is stored, and this comes next.
    Accepted(NextStep),
    /// It waits on this device for a connection.
    Kept,
    /// The fields have to be looked at again.
    Refused,
    /// It could be neither sent nor kept.
    Failed,
}

/// The state of one form. Copies share it.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The form and its public rules.
    pub definition: StoredValue<WidgetForm>,
    /// Where the Worker answers.
    pub origin: StoredValue<String>,
    /// The raw values by field name.
    pub values: RwSignal<BTreeMap<String, String>>,
    /// Where sending stands.
    pub submit: RwSignal<Submit>,
    /// What the edge said of the address's domain.
    pub domain: RwSignal<Option<DomainCheck>>,
    left: RwSignal<BTreeSet<String>>,
    refused: RwSignal<Vec<FieldError>>,
    score: Memo<Score>,
}

impl FormState {
    /// Makes the state of a form that nobody has touched.
    pub fn new(definition: WidgetForm, origin: String) -> Self {
        let definition = StoredValue::new(definition);
        let values = RwSignal::new(BTreeMap::new());
        let score = Memo::new(move |_| {
            definition.with_value(|known| values.with(|values| score(known, values, &BrowserUnicode)))
        });
        let this = Self {
            definition,
            origin: StoredValue::new(origin),
            values,
            submit: RwSignal::new(Submit::Idle),
            domain: RwSignal::new(None),
            left: RwSignal::default(),
            refused: RwSignal::default(),
            score,
        };
        // Read on every keystroke, so that the next step is known before the button is pressed.
        Effect::new(move |_| this.score.track());
        this
    }

    /// Takes over a raw value; what the edge refused about it before is history.
    pub fn set(self, name: &str, value: String) {
        let known = self.definition.with_value(|known| known.form.field(name).is_some());
        let same = self.values.with_untracked(|values| values.get(name) == Some(&value));
        if !known || same {
            return;
        }
        self.refused.update(|errors| errors.retain(|error| error.field != name));
        self.values.update(|values| {
            values.insert(name.to_owned(), value);
        });
        if matches!(self.submit.get_untracked(), Submit::Refused | Submit::Failed) {
            self.submit.set(Submit::Idle);
        }
    }

    /// Notes that a field was left: from now on its errors show.
    pub fn leave(self, name: &str) {
        if !self.left.with_untracked(|left| left.contains(name)) {
            self.left.update(|left| {
                left.insert(name.to_owned());
            });
        }
        let is_email = self.definition.with_value(|known| {
            known.form.field(name).is_some_and(|field| field.kind == FieldKind::Email)
        });
        if is_email {
            super::sending::check_domain(self, name);
        }
    }

    /// Takes over what the edge refused, and shows every error.
    pub fn refuse(self, errors: Vec<FieldError>) {
        self.refused.set(errors);
        self.leave_all();
        self.submit.set(Submit::Refused);
    }

    /// Shows every error from now on.
    pub fn leave_all(self) {
        let names = self.definition.with_value(|known| {
            known.form.fields.iter().map(|field| field.name.clone()).collect()
        });
        self.left.set(names);
    }

    /// Returns the error to show below a field, if any.
    pub fn error(self, name: &str) -> Option<Rule> {
        if !self.left.with(|left| left.contains(name)) {
            return None;
        }
        let refused = self.refused.with(|errors| {
            errors.iter().find(|error| error.field == name).map(|error| error.rule)
        });
        refused.or_else(|| {
            let value = self.values.with(|values| values.get(name).cloned().unwrap_or_default());
            self.definition.with_value(|known| {
                known.form.field(name).and_then(|field| field.check(&value, &BrowserUnicode).err())
            })
        })
    }

    /// Returns every error there is, in the order of the form.
    pub fn errors(self) -> Vec<FieldError> {
        self.definition.with_value(|known| {
            self.values.with_untracked(|values| errors(&known.form, values, &BrowserUnicode))
        })
    }

    /// Returns the address that was probably meant, while the field holds another.
    pub fn suggestion(self, name: &str) -> Option<String> {
        let value = self.values.with(|values| values.get(name).cloned().unwrap_or_default());
        let address = EmailAddress::parse(&value, &BrowserUnicode).ok()?;
        let meant = suggest_domain(address.domain())?;
        Some(format!("{}@{meant}", address.local()))
    }

    /// Returns what the public rules alone make of the answers. Shown to nobody.
    pub fn client_score(self) -> ClientScore {
        self.score.with_untracked(|score| ClientScore { fit: score.fit, engagement: score.engagement })
    }
}

/// Returns every broken rule of `values`.
pub fn errors(form: &Form, values: &BTreeMap<String, String>, unicode: &impl Unicode) -> Vec<FieldError> {
    let check = |field: &plumbline_domain::form::FormField| {
        let raw = values.get(&field.name).map_or("", String::as_str);
        field.check(raw, unicode).err().map(|rule| FieldError::new(&field.name, rule))
    };
    form.fields.iter().filter_map(check).collect()
}

/// Scores the answers that are good so far by the public rules.
pub fn score(known: &WidgetForm, values: &BTreeMap<String, String>, unicode: &impl Unicode) -> Score {
    let answers = known.form.fields.iter().filter_map(|field| {
        let accepted = field.check(values.get(&field.name)?, unicode).ok()?;
        Some((field.name.clone(), accepted.stored()?))
    });
    let now = browser::now();
    let signals = Signals::of_answers(&answers.collect(), known.form.hand_raise, now);
    score_lead(&signals, &known.model, now)
}
