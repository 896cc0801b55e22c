//! What was typed, what was left, and everything that follows from both.

use leptos::prelude::*;
use plumbline_domain::email::{DomainClass, EmailAddress, unwrapped};
use plumbline_domain::field_error::FieldError;
use plumbline_domain::form::wording::rule_sentence;
use plumbline_domain::form::{FieldKind, Form, FormField, Obstacle};
use plumbline_domain::hints::Hints;
use plumbline_domain::lead::{ClientScore, NextStep};
use plumbline_domain::scoring::{PublicRules, Signals};
use plumbline_domain::text::Unicode;
use plumbline_domain::time::Timestamp;

use crate::browser::BrowserUnicode;

/// Where sending stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submit {
    /// Nothing was sent.
    Idle,
    /// It is on its way.
    Sending,
    /// It is stored, and this comes next.
    Accepted(NextStep),
    /// It was not stored, and is sent again.
    Waiting {
        /// Why it was not stored.
        obstacle: Obstacle,
        /// Whether it is saved on this device.
        is_kept: bool,
    },
    /// The fields have to be corrected.
    Refused,
}

/// When a form is filled, for its score: nothing has an age yet, so any time will do.
const FILLED_AT: Timestamp = Timestamp::from_ms(0);

/// One raw answer by field name.
pub type Answer = (String, String);

/// What the edge said of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedDomain {
    /// The domain in A-labels.
    pub domain: String,
    /// Whether it takes no mail at all.
    pub is_undeliverable: bool,
    /// The domain that was probably meant, by all that the edge knows.
    pub suggestion: Option<String>,
}

/// What the numbering plans said of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedPhone {
    /// The number as typed.
    pub number: String,
    /// The country that it was typed in, in two letters, or nothing.
    pub country: String,
    /// Whether they have it.
    pub is_known: bool,
}

/// Everything a form's state is made of.
#[derive(Clone, Debug)]
pub struct FormData {
    /// The form, as its markup describes it.
    pub form: Form,
    /// Where the Worker answers.
    pub origin: String,
    /// The raw answers.
    pub answers: Vec<Answer>,
    /// Where sending stands.
    pub submit: Submit,
    /// How often it was sent in vain.
    pub tries: u32,
    /// The body that was sent last: what stands in the fields may be corrected since.
    pub pressed: String,
    /// The address in it.
    pub sent_as: String,
    /// What the edge said of the address's domain.
    pub domain: Option<CheckedDomain>,
    /// What the numbering plans said of the number.
    pub phone: Option<CheckedPhone>,
    /// What may be said before anybody was asked; nothing while it is not there.
    hints: Option<Hints>,
    /// What the public rules alone make of the answers. Shown to nobody.
    pub score: ClientScore,
    rules: PublicRules,
    /// The answers that are good so far: a keystroke changes one of them.
    signals: Signals,
    /// Whether a field was left: from then on its errors show.
    left: Vec<bool>,
    refused: Vec<FieldError>,
    /// What stands below each field, in the order of the form: a keystroke changes one of them.
    notes: Vec<Note>,
}

impl FormData {
    /// Makes the data of a form that nobody has touched.
    #[must_use]
    pub fn new(form: Form, rules: PublicRules, origin: String) -> Self {
        let notes = vec![Note::Nothing; form.fields.len()];
        let left = vec![false; form.fields.len()];
        let signals = Signals::of_answers(Vec::new(), form.hand_raise, FILLED_AT);
        Self {
            form,
            origin,
            notes,
            answers: Vec::new(),
            submit: Submit::Idle,
            tries: 0,
            pressed: String::new(),
            sent_as: String::new(),
            domain: None,
            phone: None,
            hints: None,
            score: ClientScore { fit: 0, engagement: 0 },
            rules,
            signals,
            left,
            refused: Vec::new(),
        }
    }

    /// Returns the names of the fields, in their order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.form.fields.iter().map(|field| field.name.clone()).collect()
    }

    /// Returns the raw answer to a field, or nothing.
    #[must_use]
    pub fn answer(&self, name: &str) -> &str {
        self.answers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Takes over a raw answer and scores what is known now; what the edge refused about the old
    /// answer is history.
    fn set(&mut self, name: &str, value: &str, unicode: &impl Unicode) {
        let Some(place) = self.place(name) else { return };
        self.refused.retain(|error| error.field != name);
        match self.answers.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.answers.push((name.to_owned(), value.to_owned())),
        }
        let field = self.form.fields.get(place);
        let accepted = field.and_then(|field| field.check(value, unicode).ok());
        self.signals.set_fact(name, accepted.and_then(|accepted| accepted.stored()));
        let (fit, engagement) = self.rules.score(&self.signals);
        self.score = ClientScore { fit, engagement };
        if self.submit == Submit::Refused {
            self.submit = Submit::Idle;
        }
        self.look_again(place, unicode);
    }

    /// Notes that a field was left: from now on its errors show.
    fn leave(&mut self, name: &str, unicode: &impl Unicode) {
        let Some(place) = self.place(name) else { return };
        if let Some(left) = self.left.get_mut(place) {
            *left = true;
        }
        self.look_again(place, unicode);
    }

    /// Takes over what the edge said of a domain.
    pub fn check(&mut self, checked: CheckedDomain, unicode: &impl Unicode) {
        self.domain = Some(checked);
        self.look_at_all(unicode);
    }

    /// Takes over what the numbering plans said of a number.
    pub fn check_phone(&mut self, checked: CheckedPhone, unicode: &impl Unicode) {
        self.phone = Some(checked);
        self.look_at_all(unicode);
    }

    /// Takes over the hints.
    pub fn take_hints(&mut self, hints: Hints, unicode: &impl Unicode) {
        self.hints = Some(hints);
        self.look_at_all(unicode);
    }

    /// Returns the answer to the first field of a kind, or nothing.
    #[must_use]
    pub fn answer_of(&self, kind: FieldKind) -> &str {
        let field = self.form.fields.iter().find(|field| field.kind == kind);
        field.map_or("", |field| self.answer(&field.name))
    }

    /// Returns what is suggested in place of the answer to a field.
    #[must_use]
    pub fn suggestion(&self, name: &str) -> Option<String> {
        match self.notes.get(self.place(name)?)? {
            Note::Suggestion(address) => Some(address.clone()),
            _ => None,
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.form.fields.iter().position(|field| field.name == name)
    }

    fn look_at_all(&mut self, unicode: &impl Unicode) {
        for place in 0..self.notes.len() {
            self.look_again(place, unicode);
        }
    }

    fn look_again(&mut self, place: usize, unicode: &impl Unicode) {
        let note = self.judged(place, unicode);
        if let Some(old) = self.notes.get_mut(place) {
            *old = note;
        }
    }

    /// Takes over what the edge refused, and shows every error from now on.
    pub fn refuse(&mut self, errors: Vec<FieldError>, unicode: &impl Unicode) {
        self.refused = errors;
        self.submit = Submit::Refused;
        self.left.fill(true);
        self.look_at_all(unicode);
    }

    /// Notes what is about to be sent. The address in it is that of the fields, unless it was sent before.
    pub fn press(&mut self, body: &str) {
        if self.pressed != body {
            body.clone_into(&mut self.pressed);
            self.sent_as = self.answer_of(FieldKind::Email).trim().to_owned();
        }
    }

    /// Returns the first field, in the order of the form, whose answer breaks a rule.
    pub fn first_wrong_field(&self, unicode: &impl Unicode) -> Option<String> {
        let wrong = |field: &&FormField| field.check(self.answer(&field.name), unicode).is_err();
        self.form.fields.iter().find(wrong).map(|field| field.name.clone())
    }

    /// Decides what to say below a field.
    fn judged(&self, place: usize, unicode: &impl Unicode) -> Note {
        let Some(field) = self.form.fields.get(place) else { return Note::Nothing };
        let answer = self.answer(&field.name);
        // A pasted link or name is no address, but it holds one.
        if field.kind == FieldKind::Email
            && let Some(inner) = unwrapped(answer)
            && EmailAddress::read(inner, unicode).is_ok()
        {
            return Note::Suggestion(inner.to_owned());
        }
        // Somebody who is still typing is neither corrected nor doubted yet.
        let is_left = self.left.get(place) == Some(&true);
        if is_left {
            let refused = self.refused.iter().find(|error| error.field == field.name);
            let refused = refused.map(|error| error.rule);
            let rule = refused.or_else(|| field.check(answer, unicode).err());
            if let Some(rule) = rule {
                return Note::Error(rule_sentence(rule, Some(field)));
            }
        }
        match field.kind {
            FieldKind::Email => self.judged_address(answer, is_left, unicode),
            FieldKind::Phone if is_left => self.judged_number(answer),
            _ => Note::Nothing,
        }
    }

    fn judged_address(&self, answer: &str, is_left: bool, unicode: &impl Unicode) -> Note {
        let Ok(address) = EmailAddress::read(answer, unicode) else {
            return Note::Nothing;
        };
        let domain = address.domain();
        let checked = self.domain.as_ref().filter(|checked| checked.domain == domain);
        // Until the edge has looked, the nearest provider is a guess; then its word counts.
        let meant = match (checked, &self.hints) {
            (Some(checked), _) => checked.suggestion.clone(),
            (None, Some(hints)) => hints.suggest_domain(domain),
            (None, None) => None,
        };
        if let Some(meant) = meant {
            return Note::Suggestion([address.local(), "@", &meant].concat());
        }
        // What is doubtful is worth a look, and never a locked door.
        if checked.is_some_and(|checked| checked.is_undeliverable) {
            return Note::Doubt(
                ["We found no mail server for ", domain, ". Is it right?"].concat(),
            );
        }
        match &self.hints {
            Some(hints) if is_left => doubted(hints, &address).map_or(Note::Nothing, Note::Doubt),
            _ => Note::Nothing,
        }
    }

    fn judged_number(&self, answer: &str) -> Note {
        let country = self.answer_of(FieldKind::Country);
        let checked = self.phone.as_ref();
        let checked = checked.filter(|one| one.number == answer && one.country == country);
        let misfit = self.hints.as_ref().and_then(|hints| hints.phone_lengths().misfit(answer));
        match (checked, misfit) {
            (Some(checked), _) if checked.is_known => Note::Nothing,
            (_, Some((code, lengths))) => Note::Doubt(
                [
                    "Numbers of +",
                    code,
                    " have ",
                    &lengths.replace('-', "–").replace(',', " or "),
                    " digits after it. Is it right?",
                ]
                .concat(),
            ),
            (Some(_), None) => Note::Doubt("We know of no such number. Is it right?".to_owned()),
            (None, None) => Note::Nothing,
        }
    }
}

/// Returns what a hint has against an address.
fn doubted(hints: &Hints, address: &EmailAddress) -> Option<String> {
    let (lists, domain) = (hints.lists(), address.domain());
    let sentence = if !lists.has_known_ending(domain) {
        let ending = domain.rsplit('.').next().unwrap_or(domain);
        return Some(["We know of no ending .", ending, ". Is it right?"].concat());
    } else if hints.class(domain) == DomainClass::Disposable {
        "This looks like a throw-away address. Our answer goes there."
    } else if lists.is_role(address.local()) {
        "Several people may read this mailbox. Your own is better."
    } else {
        return None;
    };
    Some(sentence.to_owned())
}

/// What stands below a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Nothing needs saying.
    Nothing,
    /// The answer breaks a rule.
    Error(String),
    /// The address that was probably meant.
    Suggestion(String),
    /// What the edge found out, or what a hint has against it.
    Doubt(String),
}

/// The state of one form. Copies share it.
///
/// A keystroke changes the data and wakes nobody: only what is shown is a signal, and it is set only
/// when it changes.
#[derive(Clone, Copy)]
pub struct FormState {
    data: StoredValue<FormData>,
    /// Where sending stands.
    pub submit: RwSignal<Submit>,
    notes: StoredValue<Vec<RwSignal<Note>>>,
    /// Whether a finger or a mouse button is down: nothing may move from under it.
    is_pressed: StoredValue<bool>,
}

impl FormState {
    /// Makes the state of a form that nobody has touched.
    pub fn new(data: FormData) -> Self {
        let notes = data.notes.iter().map(|note| RwSignal::new(note.clone())).collect();
        let submit = RwSignal::new(data.submit);
        Self {
            data: StoredValue::new(data),
            submit,
            notes: StoredValue::new(notes),
            is_pressed: StoredValue::new(false),
        }
    }

    /// Asks the data.
    pub fn read<T>(self, ask: impl FnOnce(&FormData) -> T) -> T {
        self.data.with_value(ask)
    }

    /// Changes the data, and shows what of it is to be seen.
    pub fn change(self, change: impl FnOnce(&mut FormData)) {
        self.data.update_value(change);
        self.show();
    }

    /// Takes over a raw answer, if it is another.
    pub fn set(self, name: &str, value: &str) {
        if self.read(|data| data.answer(name) != value) {
            self.change(|data| data.set(name, value, &BrowserUnicode));
        }
    }

    /// Notes that a field was left: from now on its errors show.
    pub fn leave(self, name: &str) {
        self.change(|data| data.leave(name, &BrowserUnicode));
        super::sending::check_domain(self, name);
        super::sending::check_phone(self);
    }

    /// Notes that a press has begun: what changes is shown when it is over.
    pub fn press(self) {
        self.is_pressed.set_value(true);
    }

    /// Shows what has changed during a press.
    pub fn release(self) {
        if self.is_pressed.get_value() {
            self.is_pressed.set_value(false);
            self.show();
        }
    }

    /// Notes that sending was in vain; returns how often it was before.
    pub fn wait(self, submit: Submit) -> u32 {
        let tries = self.read(|data| data.tries);
        self.change(|data| (data.submit, data.tries) = (submit, tries + 1));
        tries
    }

    /// Moves sending on.
    pub fn move_to(self, submit: Submit) {
        self.change(|data| data.submit = submit);
    }

    /// Returns what stands below the field at a place in the form.
    pub fn note(self, place: usize) -> Option<RwSignal<Note>> {
        self.notes.with_value(|notes| notes.get(place).copied())
    }

    fn show(self) {
        if self.is_pressed.get_value() {
            return;
        }
        self.data.with_value(|data| {
            if self.submit.get_untracked() != data.submit {
                self.submit.set(data.submit);
            }
            self.notes.with_value(|notes| {
                for (shown, note) in notes.iter().zip(&data.notes) {
                    if shown.with_untracked(|shown| shown != note) {
                        shown.set(note.clone());
                    }
                }
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use plumbline_domain::field_error::Rule;
    use plumbline_domain::text::AsciiOnly;

    use super::*;

    fn form() -> Form {
        serde_json::from_str(include_str!("../../../domain/data/demo_form.json")).unwrap()
    }

    fn note(data: &FormData, name: &str) -> Note {
        let place = data.form.fields.iter().position(|field| field.name == name).unwrap();
        data.notes[place].clone()
    }

    fn data(pairs: &[(&str, &str)]) -> FormData {
        let model: plumbline_domain::scoring::ScoringModel =
            serde_json::from_str(include_str!("../../../domain/data/default_model.json")).unwrap();
        let model = PublicRules::of(&model);
        let mut data = FormData::new(form(), model, String::new());
        data.take_hints(hints(), &AsciiOnly);
        for (name, value) in pairs {
            data.set(name, value, &AsciiOnly);
        }
        data
    }

    fn checked(domain: &str, is_undeliverable: bool) -> CheckedDomain {
        CheckedDomain { domain: domain.to_owned(), is_undeliverable, suggestion: None }
    }

    fn hints() -> Hints {
        let lists = plumbline_domain::email::Lists {
            disposable_domains: "mailinator.com\nyopmail.com\n",
            disposable_hosts: "",
            roles: "sales\n",
            top_level_domains: "co\ncom\n",
        };
        let file = plumbline_domain::hints::write(&lists, "44 7,9-10\n").unwrap();
        Hints::read(&file).unwrap()
    }

    #[test]
    fn hints_doubt_what_was_left_and_never_refuse_it() {
        let said = |name: &str, value: &str| {
            let mut data = data(&[(name, value)]);
            assert_eq!(note(&data, name), Note::Nothing, "nobody is doubted while typing");
            data.leave(name, &AsciiOnly);
            match note(&data, name) {
                Note::Doubt(text) => text,
                Note::Nothing => String::new(),
                other => unreachable!("{other:?}"),
            }
        };
        assert_eq!(said("email", "ada@acme.co"), "");
        assert_eq!(said("email", "ada@acme.zzyx"), "We know of no ending .zzyx. Is it right?");
        assert!(said("email", "ada@x.mailinator.com").contains("throw-away"));
        assert!(said("email", "sales@acme.co").contains("Several people"));
        assert_eq!(said("phone", "+44 20 7946 0958"), "");
        assert_eq!(
            said("phone", "+44 20 7946 09581"),
            "Numbers of +44 have 7 or 9–10 digits after it. Is it right?"
        );
        let mut data = data(&[("email", "ada@gmial.com")]);
        data.hints = None;
        data.leave("email", &AsciiOnly);
        assert_eq!(note(&data, "email"), Note::Nothing, "without hints nothing is said");
    }

    #[test]
    fn the_plans_have_the_last_word_on_the_number_they_were_asked_about() {
        let mut data = data(&[("phone", "020 7946 0958"), ("country", "GB")]);
        data.leave("phone", &AsciiOnly);
        let checked = |number: &str, is_known| CheckedPhone {
            number: number.to_owned(),
            country: "GB".to_owned(),
            is_known,
        };
        data.check_phone(checked("020 7946 0958", false), &AsciiOnly);
        assert!(matches!(note(&data, "phone"), Note::Doubt(_)));
        data.check_phone(checked("020 7946 0958", true), &AsciiOnly);
        assert_eq!(note(&data, "phone"), Note::Nothing);
        data.check_phone(checked("020 7946 0959", false), &AsciiOnly);
        assert_eq!(note(&data, "phone"), Note::Nothing, "that is another number's");
    }

    #[test]
    fn a_guess_gives_way_to_what_the_edge_found() {
        let mut data = data(&[("email", "ada@aon.com")]);
        assert_eq!(note(&data, "email"), Note::Suggestion("ada@aol.com".to_owned()));
        data.check(checked("aon.com", false), &AsciiOnly);
        assert_eq!(note(&data, "email"), Note::Nothing);
        let meant =
            CheckedDomain { suggestion: Some("aol.com".to_owned()), ..checked("aom.com", true) };
        data.set("email", "ada@aom.com", &AsciiOnly);
        data.check(meant, &AsciiOnly);
        assert_eq!(note(&data, "email"), Note::Suggestion("ada@aol.com".to_owned()));
    }

    #[test]
    fn a_pasted_name_or_link_is_offered_as_an_address() {
        let data = data(&[("email", "Ada <ada@acme.co>")]);
        assert_eq!(note(&data, "email"), Note::Suggestion("ada@acme.co".to_owned()));
    }

    #[test]
    fn the_first_wrong_field_is_the_first_of_the_form() {
        let wrong = |pairs: &[(&str, &str)]| data(pairs).first_wrong_field(&AsciiOnly);
        assert_eq!(wrong(&[]).as_deref(), Some("name"));
        assert_eq!(wrong(&[("phone", "1"), ("name", "Ada")]).as_deref(), Some("email"));
        assert_eq!(wrong(&[("email", "a@b.co"), ("name", "Ada")]), None);
    }

    #[test]
    fn only_good_answers_score() {
        let fit = |pairs: &[(&str, &str)]| data(pairs).score.fit;
        assert_eq!(fit(&[]), 0);
        assert_eq!(fit(&[("role", "decision_maker")]), 25);
        assert_eq!(fit(&[("role", "decision_maker"), ("phone", "nope")]), 25);
        assert_eq!(fit(&[("role", "decision_maker"), ("phone", "+49 30 901820")]), 30);
        assert_eq!(fit(&[("role", "owner of everything")]), 0);
    }

    #[test]
    fn a_field_is_quiet_until_it_was_left() {
        let mut data = data(&[("email", "ada@b")]);
        assert_eq!(note(&data, "email"), Note::Nothing);
        data.leave("email", &AsciiOnly);
        assert!(matches!(note(&data, "email"), Note::Error(_)));
        data.set("email", "ada@gmial.com", &AsciiOnly);
        assert_eq!(note(&data, "email"), Note::Suggestion("ada@gmail.com".to_owned()));
        data.check(checked("acme.co", true), &AsciiOnly);
        data.set("email", "ada@ACME.co", &AsciiOnly);
        assert!(matches!(note(&data, "email"), Note::Doubt(_)));
        data.refuse(vec![FieldError::new("email", Rule::OutOfRange)], &AsciiOnly);
        assert!(matches!(note(&data, "email"), Note::Error(_)));
        data.set("email", "ada@b.co", &AsciiOnly);
        assert_eq!(note(&data, "email"), Note::Nothing);
    }
}
