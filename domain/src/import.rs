//! Leads from elsewhere: what a line of a file may say, and what becomes of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attribution::{Attribution, PageContext, Source};
use crate::email::EmailAddress;
use crate::field_error::{FieldError, Rule};
use crate::form::{CONSENT_DENIED, CONSENT_GIVEN, country_name};
use crate::id::LeadId;
use crate::lead::{
    Lead, LeadDetails, LeadEventKind, NOTE_CHARS_MAX, Stage, Submission, plain_words,
};
use crate::named;
use crate::phone::PhoneNumber;
use crate::scoring::{STANDARD_FACTS, ScoringModel};
use crate::text::{Lines, TextError, Unicode, clean};
use crate::time::Timestamp;

/// The most answers of one line.
pub const ANSWERS_MAX: usize = 60;
/// The longest answer, in characters.
pub const ANSWER_CHARS_MAX: usize = 2_000;
const NAME_CHARS_MAX: usize = 64;

named! {
    /// What a line became, or would become.
    pub enum ImportAction {
        /// A lead that was not there.
        Create = "create",
        /// More, or other, answers of a lead that was.
        Update = "update",
        /// Nothing: the lead says all of it already, or a line before did.
        Skip = "skip",
        /// Nothing: the line is wrong.
        Error = "error",
    }
}

named! {
    /// Why no mail may reach a mailbox.
    pub enum SuppressionReason {
        /// Its owner asked for it.
        Unsubscribed = "unsubscribed",
        /// Mail came back.
        Bounced = "bounced",
        /// Its owner called a mail spam.
        Complained = "complained",
    }
}

/// One line of a file, its cells named by what they mean here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportLine {
    /// Where it stands in the file, from 1.
    pub line: u32,
    /// The lead that it is about, where that is known; else it is found by its address and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<LeadId>,
    /// The raw answers by field name; a blank one keeps what is known already.
    pub answers: BTreeMap<String, String>,
    /// How far the lead has come; a new lead without one is scored into its stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// When it was captured elsewhere; midnight in UTC stands for a day without a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Timestamp>,
    /// Where it came from, by [`ORIGIN_NAMES`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub origin: BTreeMap<String, String>,
    /// A note about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a line may say of where its lead came from: a [`Source`], and the tags and pages of a visit.
pub const ORIGIN_NAMES: [&str; 9] = [
    "source",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "page_url",
    "page_title",
    "referrer_host",
];

/// A line that names somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedLine {
    /// What of it can be used.
    pub submission: Submission,
    /// The cells that cannot be used, and why; the rest of the line is kept.
    pub faults: Vec<FieldError>,
}

impl ImportLine {
    /// Checks every answer. A file from elsewhere knows nothing of a form's options, so only what has
    /// a shape of its own is held to it: the address, the number, the country, the consent. A cell that
    /// breaks its rule is left out; the others stay. Of more than [`ANSWERS_MAX`] answers, those that rules
    /// always know come first.
    ///
    /// # Errors
    /// What is wrong with a line that names nobody, by address, number or name.
    pub fn check(&self, unicode: &impl Unicode) -> Result<CheckedLine, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut answers = BTreeMap::new();
        let (mut email, mut phone) = (None, None);
        let is_known = |(name, _): &(&String, &String)| STANDARD_FACTS.contains(&name.as_str());
        let (known, others): (Vec<_>, Vec<_>) = self.answers.iter().partition(is_known);
        for (place, (name, raw)) in known.into_iter().chain(others).enumerate() {
            if place >= ANSWERS_MAX {
                errors.push(FieldError::new(name, Rule::OutOfRange));
                continue;
            }
            let checked = match name.as_str() {
                "email" => checked_email(raw, unicode).map(|address| {
                    let text = address.as_ref().map(ToString::to_string);
                    email = address;
                    text
                }),
                _ => checked_text(name, raw, unicode),
            };
            match checked {
                Ok(Some(text)) => {
                    if name == "phone" {
                        // A number that no plan reads is kept as it was written.
                        phone = PhoneNumber::read(&text, unicode);
                    }
                    answers.insert(name.clone(), text);
                }
                Ok(None) => {}
                Err(rule) => {
                    // An address that cannot be read is worth keeping: somebody can mend it later.
                    if name == "email"
                        && raw.contains('@')
                        && let Ok(Some(text)) = checked_text(name, raw, unicode)
                    {
                        answers.insert("email_as_written".to_owned(), text);
                    }
                    errors.push(FieldError::new(name, rule));
                }
            }
        }
        if let Err(error) = self.clean_note(unicode) {
            errors.push(FieldError::new("note", error));
        }
        let attribution = self.attribution(&mut errors);
        let names_somebody =
            ["email", "phone", "name"].iter().any(|name| answers.contains_key(*name));
        if !names_somebody {
            if errors.is_empty() {
                errors.push(FieldError::new("email", Rule::Required));
            }
            return Err(errors);
        }
        let submission = Submission { answers, email, phone, attribution, client_score: None };
        Ok(CheckedLine { submission, faults: errors })
    }

    /// Returns the note as it is stored.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn clean_note(&self, unicode: &impl Unicode) -> Result<String, Rule> {
        clean(&self.note, Lines::Many, NOTE_CHARS_MAX, unicode)
            .map_err(|error| rule_of(error, NOTE_CHARS_MAX))
    }

    fn attribution(&self, errors: &mut Vec<FieldError>) -> Attribution {
        let mut found = Attribution::of(&PageContext::default());
        found.source = Source::Imported;
        for (name, text) in &self.origin {
            if name == "source" {
                match Source::parse(text) {
                    Some(source) => found.source = source,
                    None => errors.push(FieldError::new(name, Rule::NotAnOption)),
                }
            } else if !found.set(name, text) {
                errors.push(FieldError::new(name, Rule::UnknownField));
            }
        }
        found
    }
}

fn checked_email(raw: &str, unicode: &impl Unicode) -> Result<Option<EmailAddress>, Rule> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    EmailAddress::read(raw, unicode)
        .map(Some)
        .map_err(|error| Rule::Email { reason: error.reason, position: error.position })
}

fn checked_text(name: &str, raw: &str, unicode: &impl Unicode) -> Result<Option<String>, Rule> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || name.len() > NAME_CHARS_MAX || !name.bytes().all(is_plain) {
        return Err(Rule::UnknownField);
    }
    let text = clean(raw, Lines::Many, ANSWER_CHARS_MAX, unicode)
        .map_err(|error| rule_of(error, ANSWER_CHARS_MAX))?;
    match name {
        _ if text.is_empty() => Ok(None),
        "country" if country_name(&text).is_none() => Err(Rule::NotAnOption),
        "consent" if ![CONSENT_GIVEN, CONSENT_DENIED].contains(&text.as_str()) => {
            Err(Rule::NotAnOption)
        }
        _ => Ok(Some(text)),
    }
}

const fn rule_of(error: TextError, max: usize) -> Rule {
    match error {
        TextError::ControlCharacter => Rule::ControlCharacter,
        TextError::TooLong => Rule::TooLong { max },
    }
}

/// A line that passed, as the lead it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The lead.
    pub lead: Lead,
    /// The stage that the line names.
    pub stage: Option<Stage>,
    /// The lead that the line names.
    pub named: Option<LeadId>,
}

/// What becomes of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is stored.
    Create(Lead),
    /// It was stored by this very line before.
    Created(LeadId),
    /// A lead that was there says more, or other things, now.
    Update(Lead, Vec<LeadEventKind>),
    /// A line before is about the same person, and its decision says this one's part as well.
    Joined(LeadId),
    /// The lead says all of it already, or a line before did.
    Skip(LeadId),
}

/// Decides what becomes of each candidate, in the order of the file. `known` are the leads that share
/// a key with one of them, each beside the key; of several the oldest is the person. Two candidates
/// that share a key are one person, and both say something of them.
///
/// People of one household or company share a number, and namesakes a name: records that name two
/// different mailboxes are never made one here, whatever else they share.
#[must_use]
pub fn decide(
    candidates: Vec<Candidate>,
    known: &[(String, Lead)],
    model: &ScoringModel,
    now: Timestamp,
) -> Vec<Decision> {
    let mut owners: BTreeMap<&str, Vec<&Lead>> = BTreeMap::new();
    for (key, lead) in known {
        owners.entry(key).or_default().push(lead);
    }
    let mut decisions: Vec<Decision> = Vec::with_capacity(candidates.len());
    // The lines of this part by key: the mailbox that each names, and whose decision it is part of.
    let mut seen: BTreeMap<String, Vec<(Who, usize)>> = BTreeMap::new();
    for Candidate { lead, stage, named } in candidates {
        let keys = lead.details.keys.clone();
        let who = Who::of(&lead.details);
        let before = keys
            .iter()
            .filter_map(|key| seen.get(key))
            .flatten()
            .filter(|(other, _)| who.may_be(other))
            .map(|(_, place)| *place)
            .min();
        let owner = keys
            .iter()
            .filter_map(|key| owners.get(key.as_str()))
            .flatten()
            .filter(|owner| who.may_be(&Who::of(&owner.details)))
            .min_by_key(|owner| owner.summary.id)
            .copied();
        let owner = named
            .and_then(|id| known.iter().map(|(_, lead)| lead).find(|lead| lead.summary.id == id))
            .or(owner);
        let (place, decision) = match (before, owner) {
            (Some(place), _) => {
                let joined =
                    decisions.get_mut(place).map(|first| first.join(&lead, stage, model, now));
                (place, joined.unwrap_or(Decision::Skip(lead.summary.id)))
            }
            (None, Some(owner)) if owner.summary.id == lead.summary.id => {
                (decisions.len(), Decision::Created(lead.summary.id))
            }
            (None, Some(owner)) => {
                (decisions.len(), updated(owner.clone(), &lead, stage, model, now))
            }
            (None, None) => (decisions.len(), Decision::Create(lead)),
        };
        for key in keys {
            seen.entry(key).or_default().push((who.clone(), place));
        }
        decisions.push(decision);
    }
    decisions
}

/// Who a record says that it is about.
#[derive(Clone)]
struct Who {
    mailbox: String,
    name: String,
}

impl Who {
    fn of(details: &LeadDetails) -> Self {
        let name = details.answers.get("name").map(|name| plain_words(name));
        Self { mailbox: details.mailbox_key.clone(), name: name.unwrap_or_default() }
    }

    /// Whether both can be one person: they name the same mailbox; or one of them names none, and their
    /// names do not differ.
    fn may_be(&self, other: &Self) -> bool {
        let agree = |one: &str, other: &str| one.is_empty() || other.is_empty() || one == other;
        if self.mailbox.is_empty() || other.mailbox.is_empty() {
            agree(&self.name, &other.name)
        } else {
            self.mailbox == other.mailbox
        }
    }
}

impl Decision {
    /// Takes in what a later line says of the same person; the row changes once, however many do.
    fn join(
        &mut self,
        line: &Lead,
        stage: Option<Stage>,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Self {
        let id = self.lead_id();
        let (Self::Create(lead) | Self::Update(lead, _)) = self else { return Self::Skip(id) };
        let version = lead.summary.version;
        let mut news = lead.absorb(line, model, now);
        news.extend(advance(lead, stage, now));
        lead.summary.version = version;
        if news.is_empty() {
            return Self::Skip(id);
        }
        let crossed = lead.qualify(model, now);
        if let Self::Update(_, kinds) = self {
            if let Some(LeadEventKind::Updated { fields }) = kinds.first_mut() {
                fields.extend(news);
            }
            kinds.extend(crossed);
        }
        Self::Joined(id)
    }

    /// Returns the lead that the line is about.
    #[must_use]
    pub const fn lead_id(&self) -> LeadId {
        match self {
            Self::Create(lead) | Self::Update(lead, _) => lead.summary.id,
            Self::Created(id) | Self::Joined(id) | Self::Skip(id) => *id,
        }
    }
}

fn updated(
    mut known: Lead,
    line: &Lead,
    stage: Option<Stage>,
    model: &ScoringModel,
    now: Timestamp,
) -> Decision {
    let version = known.summary.version + 1;
    let mut fields = known.absorb(line, model, now);
    fields.extend(advance(&mut known, stage, now));
    if fields.is_empty() {
        return Decision::Skip(known.summary.id);
    }
    let mut kinds = vec![LeadEventKind::Updated { fields }];
    kinds.extend(known.qualify(model, now));
    // However much changes at once, it is one change of the row.
    known.summary.version = version;
    Decision::Update(known, kinds)
}

/// Moves a lead to the stage that a line names, and says so where it moved. A file may be older than what
/// happened here: it moves a lead forward and never back.
fn advance(lead: &mut Lead, stage: Option<Stage>, now: Timestamp) -> Option<String> {
    let stage = stage.filter(|stage| *stage > lead.summary.stage)?;
    lead.move_to(stage, now).ok()?;
    // The file does not say when.
    lead.details.won_at = None;
    Some("stage".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::{Assessment, DnsFailure, DomainFacts, Lists, SyntaxReason, assess};
    use crate::lead::Findings;
    use crate::text::NativeUnicode;

    fn line(answers: &[(&str, &str)]) -> ImportLine {
        let pairs = answers.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        ImportLine { line: 2, answers: pairs.collect(), ..ImportLine::default() }
    }

    fn rules(answers: &[(&str, &str)]) -> Vec<Rule> {
        let errors = line(answers).check(&NativeUnicode).unwrap_err();
        errors.into_iter().map(|error| error.rule).collect()
    }

    #[test]
    fn a_line_is_held_to_what_has_a_shape() {
        let good = line(&[
            ("email", " Ada@ACME.co "),
            ("phone", "ask at the desk"),
            ("company", "Acme"),
            ("country", "DE"),
            ("shoe_size", "41"),
            ("website", ""),
        ]);
        let CheckedLine { submission, faults } = good.check(&NativeUnicode).unwrap();
        assert_eq!((submission.answers["email"].as_str(), faults), ("Ada@acme.co", Vec::new()));
        assert_eq!(submission.answers["phone"], "ask at the desk");
        assert!(submission.phone.is_none() && !submission.answers.contains_key("website"));
        assert_eq!(rules(&[("company", "Acme")]), [Rule::Required]);
        assert_eq!(rules(&[("email", "a@"), ("country", "Mars"), ("Bad Name", "x")]).len(), 3);
        let dotless = Rule::Email { reason: SyntaxReason::Dotless, position: 2 };
        assert_eq!(rules(&[("email", "a@b")]), [dotless]);
        assert_eq!(rules(&[("name", "a\0b")]), [Rule::ControlCharacter]);
    }

    #[test]
    fn a_bad_cell_costs_the_cell_and_not_the_lead() {
        let bad = line(&[
            ("name", "Nina Ames"),
            ("email", "n/a"),
            ("phone", "+44 20 7946 0051"),
            ("country", "Mars"),
            ("consent", "perhaps"),
        ]);
        let CheckedLine { submission, faults } = bad.check(&NativeUnicode).unwrap();
        let kept: Vec<_> = submission.answers.keys().map(String::as_str).collect();
        assert_eq!((kept, submission.email), (vec!["name", "phone"], None));
        let wrong: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(wrong, ["consent", "country", "email"]);
        // What was meant as an address can still be mended.
        let meant =
            line(&[("name", "Savi Two"), ("email", "sz@@x")]).check(&NativeUnicode).unwrap();
        assert_eq!(meant.submission.answers["email_as_written"], "sz@@x");
    }

    #[test]
    fn a_line_of_too_many_answers_keeps_those_that_are_known() {
        let mut wide = line(&[("email", "ada@acme.co"), ("name", "Ada"), ("role", "cto")]);
        let others = (10..10 + ANSWERS_MAX).map(|number| (format!("a_{number}"), "x".to_owned()));
        wide.answers.extend(others);
        let CheckedLine { submission, faults } = wide.check(&NativeUnicode).unwrap();
        assert_eq!(submission.answers.len(), ANSWERS_MAX);
        assert!(submission.email.is_some());
        assert!(["name", "role"].iter().all(|name| submission.answers.contains_key(*name)));
        let left_out = ["a_67", "a_68", "a_69"].map(|name| FieldError::new(name, Rule::OutOfRange));
        assert_eq!(faults, left_out);
    }

    #[test]
    fn where_a_lead_came_from_is_kept_as_the_file_says_it() {
        let mut tagged = line(&[("email", "ada@acme.co")]);
        let said = [("source", "paid_search"), ("utm_campaign", "Spring"), ("shoe", "41")];
        tagged.origin = said.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let CheckedLine { submission, faults } = tagged.check(&NativeUnicode).unwrap();
        let Attribution { source, utm_campaign, .. } = submission.attribution;
        assert_eq!((source, utm_campaign.as_str()), (Source::PaidSearch, "Spring"));
        assert_eq!(faults, [FieldError::new("shoe", Rule::UnknownField)]);
    }
    fn candidate(id: u8, answers: &[(&str, &str)], stage: Option<Stage>) -> Candidate {
        let submission = line(answers).check(&NativeUnicode).unwrap().submission;
        let at = Timestamp::from_ms(i64::from(id));
        let facts = DomainFacts::failed(DnsFailure::LookupLimit, at, 0);
        let lists = Lists { roles: "info", ..Lists::default() };
        let address = submission.email.as_ref();
        let assessment = match address {
            Some(address) => assess(address, &facts, &lists),
            None => Assessment::of_bad_syntax(SyntaxReason::Empty, at),
        };
        let findings = Findings { assessment, phone: None };
        let lead = Lead::import(LeadId::new(at, [id; 10]), submission, findings, &model(), at);
        Candidate { lead, stage, named: None }
    }

    fn model() -> ScoringModel {
        serde_json::from_str(include_str!("../data/default_model.json")).unwrap()
    }

    fn known(leads: &[&Lead]) -> Vec<(String, Lead)> {
        let of = |lead: &&Lead| {
            let lead = (*lead).clone();
            lead.details.keys.clone().into_iter().map(move |key| (key, lead.clone()))
        };
        leads.iter().flat_map(of).collect()
    }

    #[test]
    fn lines_meet_the_people_they_are_about() {
        let now = Timestamp::from_ms(1_000);
        let ada = [("email", "ada@gmail.com"), ("name", "Ada Byron"), ("company", "Acme")];
        let first = candidate(1, &ada, None).lead;
        let newer = candidate(2, &ada, None).lead;
        let book = known(&[&newer, &first]);
        let decided = |lines: Vec<Candidate>| decide(lines, &book, &model(), now);
        let line = |answers: &[(&str, &str)]| candidate(9, answers, None);
        // The oldest lead of the mailbox, however it is spelled; a blank says nothing.
        let spelled = line(&[("email", "A.da+list@googlemail.com"), ("name", ""), ("role", "cto")]);
        let [Decision::Update(lead, kind)] = &decided(vec![spelled])[..] else { unreachable!() };
        assert_eq!((lead.summary.id, lead.summary.version), (first.summary.id, 2));
        assert_eq!(
            (lead.summary.name.as_str(), lead.details.answers["role"].as_str()),
            ("Ada Byron", "cto")
        );
        let Some(LeadEventKind::Updated { fields }) = kind.first() else { unreachable!() };
        assert_eq!(fields, &["role"]);
        // Nothing new, and the same person twice in one file.
        assert_eq!(decided(vec![line(&ada)]), [Decision::Skip(first.summary.id)]);
        let new = [("email", "ben@acme.co"), ("name", "Ben Acme")];
        let both = decided(vec![line(&new), line(&new)]);
        let id = line(&new).lead.summary.id;
        assert!(matches!(&both[..], [Decision::Create(_), Decision::Skip(seen)] if *seen == id));
        let more = [("email", "ben@acme.co"), ("role", "cto")];
        let joined = decided(vec![line(&new), line(&more)]);
        let [Decision::Create(ben), Decision::Joined(_)] = &joined[..] else { unreachable!() };
        assert_eq!((ben.details.answers["role"].as_str(), ben.summary.version), ("cto", 1));
        // Namesakes with mailboxes of their own stay two.
        let namesake = [("email", "ben.acme@acme.co"), ("name", "Ben Acme")];
        let two = decided(vec![line(&new), line(&namesake)]);
        assert!(matches!(&two[..], [Decision::Create(_), Decision::Create(_)]));
        // The line that made a lead, sent again.
        let again = candidate(1, &ada, None);
        assert_eq!(decided(vec![again]), [Decision::Created(first.summary.id)]);
        // Two people behind one mailbox of a function stay two.
        let desk = |name| line(&[("email", "info@acme.co"), ("name", name)]);
        let two = decided(vec![desk("Ann"), desk("Bob")]);
        assert!(matches!(&two[..], [Decision::Create(_), Decision::Create(_)]));
        // Two names at one switchboard are two people, also where only one has a mailbox.
        let at_desk = |id: u8, answers: &[(&str, &str)], stage: Option<Stage>| {
            let mut one = candidate(id, answers, stage);
            one.lead.details.keys.push("phone:+442079460852".to_owned());
            one
        };
        let anna = [("name", "Anna Berg"), ("email", "anna@desk.co")];
        let desk = decided(vec![
            at_desk(3, &anna, None),
            at_desk(4, &[("name", "Ben Kurz")], None),
            at_desk(5, &[("name", "ben  kurz"), ("role", "user")], Some(Stage::Customer)),
        ]);
        let [Decision::Create(_), Decision::Create(ben), Decision::Joined(_)] = &desk[..] else {
            unreachable!("{desk:?}")
        };
        // The later line's stage counts too.
        assert_eq!((ben.summary.name.as_str(), ben.summary.stage), ("ben  kurz", Stage::Customer));
        // A line without an address and a number is known again by saying the same.
        let met = [("name", "Omar Said"), ("company", "Acme"), ("job_title", "CTO")];
        let met_before = candidate(6, &met, None).lead;
        let again = decide(vec![line(&met)], &known(&[&met_before]), &model(), now);
        assert_eq!(again, [Decision::Skip(met_before.summary.id)]);
        // A line that names its lead is about that one.
        let named = Candidate { named: Some(met_before.summary.id), ..line(&anna) };
        let named = decide(vec![named], &known(&[&met_before]), &model(), now);
        assert!(
            matches!(&named[..], [Decision::Update(lead, _)] if lead.summary.email == "anna@desk.co")
        );
        // A stage moves forward and never back.
        let customer = candidate(9, &ada, Some(Stage::Customer));
        let [Decision::Update(lead, _)] = &decided(vec![customer])[..] else { unreachable!() };
        assert_eq!((lead.summary.stage, lead.summary.version), (Stage::Customer, 2));
        assert!(matches!(
            &decided(vec![candidate(9, &ada, Some(Stage::Subscriber))])[..],
            [Decision::Skip(_)]
        ));
    }
}
