//! Sample leads from a seed: plausible, scored by the real rules, and nobody who exists.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use plumbline_domain::attribution::{Attribution, PageContext, Source};
use plumbline_domain::email::{
    Answer, DnsFailure, DomainFacts, EmailAddress, HostFacts, Lists, MxRecord, assess,
};
use plumbline_domain::form::Form;
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::{Findings, Lead, RejectReason, Stage, Submission};
use plumbline_domain::scoring::{Observation, ObservationKind, ScoringModel};
use plumbline_domain::text::AsciiOnly;
use plumbline_domain::time::{DAY_MS, Timestamp};

use crate::Random;

const FIRST: [&str; 24] = [
    "Amara", "Bence", "Chloe", "Dmitri", "Elif", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kofi",
    "Lena", "Mateo", "Nadia", "Oskar", "Priya", "Quinn", "Rosa", "Sami", "Tova", "Uma", "Viktor",
    "Wanda", "Yusuf",
];
const LAST: [&str; 20] = [
    "Abara",
    "Berg",
    "Castell",
    "Dahl",
    "Emre",
    "Fournel",
    "Grau",
    "Holm",
    "Ito",
    "Jansky",
    "Keller",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Rossi",
    "Silva",
    "Tanaka",
    "Weiss",
];
const COMPANY: [&str; 16] = [
    "Alder",
    "Brightline",
    "Cobalt",
    "Dovetail",
    "Eastgate",
    "Fathom",
    "Granite",
    "Harbor",
    "Ironbark",
    "Juniper",
    "Keystone",
    "Lantern",
    "Meridian",
    "Northwind",
    "Orchard",
    "Pinnacle",
];
const KIND: [&str; 6] = ["Works", "Labs", "Logistics", "Studio", "Foods", "Systems"];
const COUNTRY: [&str; 8] = ["DE", "FR", "GB", "US", "NL", "SE", "BR", "IN"];
const NEED: [&str; 4] = [
    "We lose requests between two mailboxes and want one place for them.",
    "Looking for a way to see which campaign pays.",
    "Our form provider got too expensive.",
    "We want to answer faster than within a day.",
];
const PAGES: [(&str, &str); 8] = [
    ("/demo", ""),
    ("/demo?utm_source=google&utm_medium=cpc&utm_campaign=brand", ""),
    SEARCH,
    ("/demo?utm_source=linkedin&utm_medium=paid_social&utm_campaign=founders", ""),
    ("/demo", "https://www.linkedin.com/"),
    ("/demo?utm_source=newsletter&utm_medium=email&utm_campaign=march", ""),
    ("/demo", "https://news.example/"),
    FAIR,
];

const SEEN: [ObservationKind; 6] = [
    ObservationKind::PricingViewed,
    ObservationKind::GuideRead,
    ObservationKind::WebinarAttended,
    ObservationKind::LinkClicked,
    ObservationKind::VisitedTwice,
    ObservationKind::Replied,
];

/// How many days a book goes back.
const BOOK_DAYS: i64 = 400;
/// Within how many days most leads are won or lost.
const CLOSED_DAYS: i64 = 60;
/// How many days later one in eight is: some of these when nobody counts them as won any more.
const SLOW_DAYS: i64 = 60;
/// What leads from a fair come by.
const FAIR: (&str, &str) = ("/demo?utm_source=fair&utm_campaign=expo", "");
/// What leads from search come by.
const SEARCH: (&str, &str) = ("/demo", "https://www.google.com/");

/// The market that a book comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market {
    /// For so many days now it has been another than before.
    pub turned_days: i64,
    /// So much more a lead from search has been worth since then, and so much less one from a fair, in
    /// thousandths of the chance to be won.
    pub turn: i64,
    /// So many of ten that had come from fairs have come by search since then.
    pub moved_of_ten: i64,
}

impl Market {
    /// Nothing changes in it.
    pub const STEADY: Self = Self { turned_days: 0, turn: 0, moved_of_ten: 0 };
    /// That of the sample leads: it changes as slowly as markets do.
    pub const SAMPLE: Self = Self { turned_days: 150, turn: 60, moved_of_ten: 3 };

    /// What is true of the book, and what scoring may find out: the chance, in thousandths, that a lead
    /// is won, by what it answered, whether it asked for a call, where it came from, and how old it is in
    /// milliseconds.
    #[must_use]
    pub fn chance(
        &self,
        answers: &BTreeMap<String, String>,
        asks: bool,
        source: Source,
        age: i64,
    ) -> i64 {
        let answer = |name: &str| answers.get(name).map_or("", String::as_str);
        let of_role = match answer("role") {
            "decision_maker" => 130,
            "influencer" => 50,
            "student" => -140,
            _ => 0,
        };
        let of_size = match answer("company_size") {
            "51-200" | "201-1000" => 80,
            "1-10" => -50,
            _ => 0,
        };
        let of_timing = match answer("timing") {
            "now" => 90,
            "later" => -70,
            _ => 0,
        };
        let turn = if self.has_turned(age) { self.turn } else { 0 };
        let of_source = match source {
            Source::Referral => 60,
            Source::OrganicSearch => turn,
            Source::OtherCampaign => -turn,
            _ => 0,
        };
        let of_call = if asks { 90 } else { 0 };
        (100 + of_role + of_size + of_timing + of_source + of_call).clamp(5, 900)
    }

    fn has_turned(&self, age: i64) -> bool {
        age < self.turned_days * DAY_MS
    }

    /// The page that a lead comes by, and what had led there.
    fn way(&self, random: &mut Random, age: i64) -> (&'static str, &'static str) {
        let way = *random.pick(&PAGES);
        let is_moved = random.below(10) < self.moved_of_ten && self.has_turned(age);
        if way == FAIR && is_moved { SEARCH } else { way }
    }
}

/// Makes the next lead of a book that ends at `now` and goes back [`BOOK_DAYS`]. The young ones are not
/// decided yet.
#[must_use]
pub fn lead(
    random: &mut Random,
    form: &Form,
    model: &ScoringModel,
    market: &Market,
    now: Timestamp,
) -> Lead {
    let at = came_at(random, now);
    let age = now.since(at);
    let (first, last) = (*random.pick(&FIRST), *random.pick(&LAST));
    let company = format!("{} {}", random.pick(&COMPANY), random.pick(&KIND));
    let domain = if random.below(4) == 0 {
        (*random.pick(&["gmail.com", "outlook.com", "gmx.de"])).to_owned()
    } else {
        format!("{}.example", company.to_ascii_lowercase().replace(' ', "-"))
    };
    let number = random.below(1_000);
    let email =
        format!("{}.{}{number}@{domain}", first.to_ascii_lowercase(), last.to_ascii_lowercase());
    let mut answers = BTreeMap::new();
    let mut answer = |name: &str, value: &str| answers.insert(name.to_owned(), value.to_owned());
    answer("name", &format!("{first} {last}"));
    answer("email", &email);
    answer("company", &company);
    for (name, often) in [("role", 9), ("company_size", 9), ("timing", 7)] {
        if random.below(10) < often
            && let Some(field) = form.field(name)
        {
            answer(name, &random.pick(&field.options).value);
        }
    }
    if random.below(10) < 8 {
        let country: &&str = random.pick(&COUNTRY);
        answer("country", country);
    }
    if random.below(10) < 4 {
        answer("phone", &format!("+49 30 {}", 1_000_000 + random.below(8_999_999)));
    }
    if random.below(10) < 5 {
        let need: &&str = random.pick(&NEED);
        answer("need", need);
    }
    let (page, referrer) = market.way(random, age);
    let page = PageContext {
        page_url: format!("https://www.acme.example{page}"),
        page_title: "See it on your own pipeline".to_owned(),
        referrer: referrer.to_owned(),
    };
    let assessment = match EmailAddress::parse(&email, &AsciiOnly) {
        Ok(address) => assess(&address, &facts(random, at), &Lists::default()),
        Err(error) => plumbline_domain::email::Assessment::of_bad_syntax(error.reason, at),
    };
    let submission = Submission {
        answers,
        email: None,
        phone: None,
        attribution: Attribution::of(&page),
        client_score: None,
    };
    let findings = Findings { assessment, phone: None };
    let id = LeadId::new(at, random.id_bytes());
    // One in three asked for a call; the others came through a quieter form.
    let form = Form { hand_raise: random.below(3) == 0, ..form.clone() };
    let mut lead = Lead::capture(id, &form, submission, findings, model, at);
    for _ in 0..random.below(6) {
        let seen_at = Timestamp::from_ms(at.as_ms() + random.below(age + 1));
        lead.details.observations.push(Observation { kind: *random.pick(&SEEN), at: seen_at });
    }
    let (answers, source) = (&lead.details.answers, lead.summary.source);
    let slow_days = if random.below(8) == 0 { SLOW_DAYS } else { 0 };
    let open_for = random.below(CLOSED_DAYS * DAY_MS) + slow_days * DAY_MS;
    let is_closed = age > open_for;
    let closed_at = Timestamp::from_ms(at.as_ms() + open_for.min(age));
    let is_won = random.below(1_000) < market.chance(answers, form.hand_raise, source, age);
    let drawn = random.below(4);
    if is_closed {
        write_budget(random, &mut lead, model, is_won, closed_at);
    }
    drop(lead.follow(model, now));
    let stage = match drawn {
        _ if is_closed && is_won => Stage::Customer,
        0 if !is_closed => Stage::Opportunity,
        1 => Stage::SalesQualified,
        _ => lead.summary.stage,
    };
    // A move that is not legal from where the lead stands is simply not made.
    drop(lead.move_to(stage, closed_at));
    let is_student = lead.details.answers.get("role").is_some_and(|role| role == "student");
    if is_closed && !is_won && random.below(10) < if is_student { 8 } else { 3 } {
        const OTHERS: [RejectReason; 3] =
            [RejectReason::NoBudget, RejectReason::BadTiming, RejectReason::Unreachable];
        let reason = if is_student { RejectReason::Student } else { *random.pick(&OTHERS) };
        // After the last that was seen of it: what comes later would wake it.
        let seen = lead.details.observations.iter().map(|seen| seen.at).max();
        drop(lead.reject(reason, None, seen.unwrap_or(at)));
    }
    // Whoever asked is answered within two days.
    if age > 2 * DAY_MS {
        drop(lead.answer_request(at));
    }
    lead.summary.version = 1;
    lead
}

/// When a lead comes: more of them lately, since the business grows, most on working days and by daylight.
///
/// It draws as often whatever the clock says, so that a seed makes the same people on any day.
fn came_at(random: &mut Random, now: Timestamp) -> Timestamp {
    const HOUR_MS: i64 = DAY_MS / 24;
    let age = (random.below(BOOK_DAYS * DAY_MS) * random.below(1_000)) / 1_000;
    let (is_of_week, is_of_day) = (random.below(10) < 7, random.below(10) < 9);
    let mut at = now.as_ms() - age;
    // 1970 began on a Thursday: two days before a Saturday or a Sunday people worked.
    let weekday = (Timestamp::from_ms(at).day().count() + 3).rem_euclid(7);
    if is_of_week && weekday >= 5 {
        at -= 2 * DAY_MS;
    }
    // And half a day before the night was day.
    let hour = at.rem_euclid(DAY_MS) / HOUR_MS;
    if is_of_day && !(7..20).contains(&hour) {
        at -= 12 * HOUR_MS;
    }
    Timestamp::from_ms(at)
}

/// Sales writes down the budget of those that it speaks to, most often of those that buy: known only
/// afterwards, it tells the outcome and nothing else. A learner that takes it at its word is fooled.
fn write_budget(
    random: &mut Random,
    lead: &mut Lead,
    model: &ScoringModel,
    is_won: bool,
    at: Timestamp,
) {
    let (often, budget) = if is_won { (8, "yes") } else { (1, "no") };
    if random.below(10) < often {
        let answers = BTreeMap::from([("budget".to_owned(), budget.to_owned())]);
        drop(lead.answer(&answers, model, at));
    }
}

fn served(host: &str) -> HostFacts {
    let a = Answer::Records(vec![Ipv4Addr::new(198, 51, 101, 7)]);
    HostFacts { host: host.to_owned(), a, aaaa: Answer::NoData, is_alias: false }
}

fn facts(random: &mut Random, at: Timestamp) -> DomainFacts {
    let resolver_ms = 4 + u32::try_from(random.below(40)).unwrap_or(0);
    let record = |host: &str| MxRecord { preference: 10, host: host.to_owned() };
    let mx = match random.below(20) {
        0 => Answer::NxDomain,
        1 => return DomainFacts::failed(DnsFailure::Timeout, at, 140),
        _ => Answer::Records(vec![record("mx1.mail.example"), record("mx2.mail.example")]),
    };
    DomainFacts {
        mx,
        a: Answer::NoData,
        aaaa: Answer::NoData,
        spf: Answer::Records(vec!["v=spf1 mx ~all".to_owned()]),
        dmarc: Answer::NoData,
        hosts: vec![served("mx1.mail.example")],
        checked_at: at,
        resolver_ms,
        ttl_s: 300,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_come_when_people_work_and_more_of_them_lately() {
        let now = Timestamp::from_ms(1_800_000_000_000);
        let mut random = Random::new(8);
        let came: Vec<_> = (0..20_000).map(|_| came_at(&mut random, now)).collect();
        let share = |is: &dyn Fn(&Timestamp) -> bool| {
            came.iter().filter(|at| is(at)).count() as f64 / came.len() as f64
        };
        // Two days of seven, and eleven hours of twenty-four, would be 0.29 and 0.46.
        let weekend = share(&|at| (at.day().count() + 3).rem_euclid(7) >= 5);
        assert!((0.05..0.15).contains(&weekend), "{weekend}");
        let night = share(&|at| !(7..20).contains(&(at.as_ms().rem_euclid(DAY_MS) / 3_600_000)));
        assert!((0.02..0.15).contains(&night), "{night}");
        let within = |days: i64| share(&|at| now.since(*at) <= days * DAY_MS);
        assert!(within(BOOK_DAYS / 4) > 0.5 && within(BOOK_DAYS + 3) == 1.0, "the business grows");
        assert!(came.iter().all(|at| *at <= now));
    }
}
