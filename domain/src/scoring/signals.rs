//! What a score is made of: facts about a person, and what was seen of them when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attribution::{Attribution, Source};
use crate::email::{Assessment, DomainClass, Verdict};
use crate::id::FormId;
use crate::named;
use crate::phone::PhoneFacts;
use crate::time::Timestamp;

/// Something a lead did, at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Observation {
    /// What.
    pub kind: ObservationKind,
    /// When.
    pub at: Timestamp,
}

named! {
    /// What a lead can be seen doing. An opened mail is not among them: machines open mail.
    #[expect(missing_docs, reason = "each name is what was seen")]
    pub enum ObservationKind {
        FormSubmitted = "form_submitted",
        HandRaised = "hand_raised",
        TrialStarted = "trial_started",
        PricingViewed = "pricing_viewed",
        GuideRead = "guide_read",
        WebinarAttended = "webinar_attended",
        WebinarRegistered = "webinar_registered",
        LinkClicked = "link_clicked",
        Replied = "replied",
        MeetingBooked = "meeting_booked",
        VisitedTwice = "visited_twice",
        CareersViewed = "careers_viewed",
        Unsubscribed = "unsubscribed",
        Complained = "complained",
        NoShow = "no_show",
    }
}

impl ObservationKind {
    /// Returns whether it speaks against whoever did it: nobody is worth another look for that.
    #[must_use]
    pub const fn speaks_against(self) -> bool {
        matches!(self, Self::Unsubscribed | Self::Complained | Self::NoShow | Self::CareersViewed)
    }
}

/// Everything that rules can look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    facts: Vec<(String, String)>,
    pub(super) observations: Vec<Observation>,
}

impl Signals {
    /// Gathers what is known of a lead: its answers, what DNS and lists say of its address, what it did.
    #[must_use]
    pub fn of(
        answers: &BTreeMap<String, String>,
        looked_up: LookedUp<'_>,
        observations: &[Observation],
    ) -> Self {
        let mut this = Self { facts: pairs(answers), observations: observations.to_vec() };
        // Whatever a form calls its fields: what was looked up counts.
        for (name, value) in looked_up.facts(answers) {
            this.set_fact(name, Some(value));
        }
        this
    }

    /// Adds where the lead came from.
    #[must_use]
    pub fn with_origin(mut self, form: &FormId, source: Source, attribution: &Attribution) -> Self {
        self.set_fact("form", Some(form.to_string()));
        self.set_fact("source", Some(source.as_str().to_owned()));
        for (name, text) in attribution.facts() {
            // A form may ask for the same: then the answer counts.
            if self.fact(name).is_none() {
                self.set_fact(name, Some(text.to_owned()));
            }
        }
        self
    }

    /// Gathers what a form alone tells, before anything was looked up: what the widget scores.
    #[must_use]
    pub fn of_answers(facts: Vec<(String, String)>, hand_raise: bool, now: Timestamp) -> Self {
        let mut observations = vec![Observation { kind: ObservationKind::FormSubmitted, at: now }];
        if hand_raise {
            observations.push(Observation { kind: ObservationKind::HandRaised, at: now });
        }
        Self { facts, observations }
    }

    /// Takes over what is known of a fact now; `None` when it is not known any more.
    pub fn set_fact(&mut self, name: &str, value: Option<String>) {
        self.facts.retain(|(known, _)| known != name);
        self.facts.extend(value.map(|value| (name.to_owned(), value)));
    }

    /// Returns everything that is known by its name, without what was seen.
    #[must_use]
    pub fn into_facts(self) -> BTreeMap<String, String> {
        self.facts.into_iter().collect()
    }

    /// Returns the value of a fact, or `None` when it is not known.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Returns answers as the pairs that [`Signals::of_answers`] takes.
#[must_use]
pub fn pairs(answers: &BTreeMap<String, String>) -> Vec<(String, String)> {
    answers.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What was looked up of a lead's address and of its number.
#[derive(Clone, Copy, Debug)]
pub struct LookedUp<'a> {
    /// What kind of domain the address has.
    pub class: DomainClass,
    /// The verdict on the address.
    pub verdict: Verdict,
    /// Who takes its mail.
    pub provider: Option<&'a str>,
    /// What the numbering plans know of the number.
    pub phone: Option<&'a PhoneFacts>,
}

impl<'a> LookedUp<'a> {
    /// Takes what was found out.
    #[must_use]
    pub fn of(assessment: &'a Assessment, phone: Option<&'a PhoneFacts>) -> Self {
        Self {
            class: assessment.domain_class,
            verdict: assessment.verdict,
            provider: assessment.provider.as_deref(),
            phone,
        }
    }

    /// Returns what rules know of these answers by it: nothing of an address or a number that is not there.
    #[must_use]
    pub fn facts(self, answers: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        if let Some(email) = answers.get("email") {
            let class = match self.class {
                DomainClass::Business => "business",
                DomainClass::Free => "free",
                DomainClass::Relay => "relay",
                DomainClass::Disposable => "disposable",
            };
            facts.push(("email_class", class.to_owned()));
            facts.push(("email_verdict", self.verdict.as_str().to_owned()));
            let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
            facts.extend(domain.map(|domain| ("email_domain", domain)));
            facts.extend(self.provider.map(|provider| ("email_provider", provider.to_owned())));
        }
        if let Some(phone) = self.phone.filter(|_| answers.contains_key("phone")) {
            facts.push(("phone_verdict", phone.verdict.as_str().to_owned()));
            facts.push(("phone_kind", phone.kind.as_str().to_owned()));
            facts.extend(phone.region.clone().map(|region| ("phone_region", region)));
        }
        facts
    }
}
