//! A lead crosses into being qualified: once in each lifecycle, which a rejection ends (PRODUCT B1–B4).

use serde::{Deserialize, Serialize};

use super::{Lead, LeadEventKind, Stage};
use crate::named;
use crate::scoring::{
    Observation, ObservationKind, QualifiedBy, ScoringModel, USAGE_DAYS_MAX, USAGE_PER_DAY_MAX,
};
use crate::time::{DAY_MS, Timestamp};

/// The most product events, and the most things seen, that are kept of one lead.
const KEPT_MAX: usize = 1_000;

named! {
    /// What a lead can be qualified as.
    pub enum QualifiedAs {
        /// Marketing qualified (MQL).
        Marketing = "marketing",
        /// Product qualified (PQL).
        Product = "product",
        /// Service qualified: a customer who may buy more.
        Service = "service",
    }
}

/// That a lead is qualified. It is noted when it happens, and does not happen again until sales sends the
/// lead back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Qualified {
    /// As what.
    pub kind: QualifiedAs,
    /// Since when.
    pub at: Timestamp,
    /// The version of the definitions.
    pub model_version: u32,
    /// What made it so.
    pub by: QualifiedBy,
}

impl Lead {
    /// Returns whether, and since when, it is qualified as this.
    #[must_use]
    pub fn qualified(&self, kind: QualifiedAs) -> Option<&Qualified> {
        self.details.qualified.iter().find(|one| one.kind == kind)
    }

    /// Notes that it is qualified, if it was not before; returns whether it is news.
    pub(super) fn cross(
        &mut self,
        kind: QualifiedAs,
        by: QualifiedBy,
        model_version: u32,
        at: Timestamp,
    ) -> bool {
        let is_news = self.qualified(kind).is_none();
        if is_news {
            self.details.qualified.push(Qualified { kind, at, model_version, by });
        }
        is_news
    }

    /// Lets it cross into whatever it is qualified for by now, and returns what that tells: nothing when
    /// it has crossed before in this lifecycle.
    #[must_use]
    pub fn qualify(&mut self, model: &ScoringModel, now: Timestamp) -> Vec<LeadEventKind> {
        let (definitions, model_version) = (&model.qualification, model.version);
        let rejection = self.details.rejection;
        let since = self.details.lifecycle_began_at;
        let from = self.summary.stage;
        let mut told = Vec::new();
        if from <= Stage::Lead {
            let signals = self.signals();
            let holds_in = |cell| definitions.marketing.holds(&signals, cell, since, now);
            let is_set =
                self.details.review.as_ref().is_some_and(|review| review.cell_at(now).is_some());
            let holds = holds_in(self.summary.cell).map(|by| {
                // By a cell that a person has set, where by the computed one it would not be.
                let is_by_person = is_set && holds_in(self.details.score.cell).is_none();
                if is_by_person { QualifiedBy::Person } else { by }
            });
            // Until the day on which somebody wants to look again only a raised hand counts.
            let sleeps = rejection.and_then(|one| one.wake_at).is_some_and(|at| now < at);
            let by = holds.filter(|by| !sleeps || *by == QualifiedBy::HandRaise);
            if let Some(by) = by
                && self.cross(QualifiedAs::Marketing, by, model_version, now)
            {
                self.details.end_rejection();
                self.summary.stage = Stage::MarketingQualified;
                let to = Stage::MarketingQualified;
                told.push(LeadEventKind::StageChanged { from, to, by: Some(by) });
            }
        }
        let by = QualifiedBy::Usage;
        let usage = &self.details.usage;
        if self.summary.stage != Stage::Customer {
            let holds = definitions.product.holds(usage, since, now);
            if holds && self.cross(QualifiedAs::Product, by, model_version, now) {
                told.push(LeadEventKind::ProductQualified { model_version });
            }
        } else if definitions.service.holds(usage, self.details.service_seen_at, now)
            && self.cross(QualifiedAs::Service, by, model_version, now)
        {
            told.push(LeadEventKind::ServiceQualified { by });
        }
        told
    }

    /// Marks a customer as one who may buy more, or takes the mark away when that was seen to: then only
    /// later use makes it again. The stage stays. Returns what happened, nothing when it is so already or when it is no customer.
    pub fn set_service_qualified(
        &mut self,
        is_qualified: bool,
        model: &ScoringModel,
        now: Timestamp,
    ) -> Option<LeadEventKind> {
        let kind = QualifiedAs::Service;
        let is_so = self.qualified(kind).is_some();
        if is_so == is_qualified || self.summary.stage != Stage::Customer {
            return None;
        }
        self.touch(now);
        if is_qualified {
            let by = QualifiedBy::Person;
            self.cross(kind, by, model.version, now);
            return Some(LeadEventKind::ServiceQualified { by });
        }
        self.details.qualified.retain(|one| one.kind != kind);
        self.details.service_seen_at = Some(now);
        Some(LeadEventKind::Updated { fields: vec!["service_qualified".to_owned()] })
    }

    /// Takes in what a person did in the product, each with its time. What is known already, or too old
    /// to count, changes nothing. Returns whether anything was new.
    pub fn use_product(&mut self, events: &[(String, Timestamp)], now: Timestamp) -> bool {
        let details = &mut self.details;
        let (usage, observations) = (details.usage.clone(), details.observations.clone());
        let oldest = Timestamp::from_ms(now.as_ms() - i64::from(USAGE_DAYS_MAX) * DAY_MS);
        for (name, at) in events.iter().filter(|(_, at)| *at > oldest) {
            insert(details.usage.entry(name.clone()).or_default(), *at);
            if let Some(kind) = ObservationKind::parse(name)
                && see(&mut details.observations, Observation { kind, at: *at })
            {
                details.known_since = Some(now);
            }
        }
        // What was taken in and is too much at once is nothing new: it would come again for ever.
        self.forget_usage(oldest);
        let is_new = usage != self.details.usage || observations != self.details.observations;
        if is_new {
            self.touch(now);
        }
        is_new
    }

    /// Takes over what another record of the same person is and did.
    pub(super) fn join_qualified(&mut self, other: &Self) {
        for one in &other.details.qualified {
            self.cross(one.kind, one.by, one.model_version, one.at);
        }
        for (name, times) in &other.details.usage {
            let own = self.details.usage.entry(name.clone()).or_default();
            for at in times {
                insert(own, *at);
            }
        }
        self.forget_usage(Timestamp::from_ms(i64::MIN));
    }

    /// Keeps the newest of what was done after `oldest`.
    fn forget_usage(&mut self, oldest: Timestamp) {
        let usage = std::mem::take(&mut self.details.usage);
        let named = |(name, times): (String, Vec<Timestamp>)| {
            times.into_iter().map(move |at| (at, name.clone())).collect::<Vec<_>>()
        };
        let mut all: Vec<_> =
            usage.into_iter().flat_map(named).filter(|(at, _)| *at > oldest).collect();
        all.sort_unstable();
        for (at, name) in all.split_off(all.len().saturating_sub(KEPT_MAX)) {
            self.details.usage.entry(name).or_default().push(at);
        }
    }
}

/// Takes in a time, unless it is known or a definition could not ask for more of its day.
fn insert(times: &mut Vec<Timestamp>, at: Timestamp) {
    let Err(place) = times.binary_search(&at) else { return };
    let of_day = times.iter().filter(|other| other.day() == at.day()).count();
    if of_day < USAGE_PER_DAY_MAX as usize {
        times.insert(place, at);
    }
}

/// Takes in what was seen, unless it is known or there is enough of it on that day; the oldest makes room.
/// Returns whether something had to.
fn see(observations: &mut Vec<Observation>, seen: Observation) -> bool {
    let same = |other: &&Observation| other.kind == seen.kind && other.at.day() == seen.at.day();
    let of_day = observations.iter().filter(same).count();
    if observations.contains(&seen) || of_day >= USAGE_PER_DAY_MAX as usize {
        return false;
    }
    observations.push(seen);
    if observations.len() <= KEPT_MAX {
        return false;
    }
    let oldest = (0..).zip(observations.iter()).min_by_key(|(_, other)| other.at);
    let Some((place, _)) = oldest else { return false };
    observations.remove(place);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::tests::{made, model};
    use crate::lead::{Advice, Play, RejectReason};
    use crate::scoring::{Cell, UsageCount, UsageRule};

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn after(days: i64) -> Timestamp {
        Timestamp::from_ms(NOW.as_ms() + days * DAY_MS)
    }

    fn see(lead: &mut Lead, kind: ObservationKind, at: Timestamp) {
        lead.details.observations.push(Observation { kind, at });
    }

    #[test]
    fn the_crossing_fires_once_in_each_lifecycle() {
        let model = model();
        let mut lead = made(1, NOW, &[]);
        assert_eq!(lead.qualify(&model, NOW), [], "C3");
        lead.summary.cell = Cell::A1;
        let (from, to) = (Stage::Lead, Stage::MarketingQualified);
        let by = Some(QualifiedBy::Score);
        let crossing = LeadEventKind::StageChanged { from, to, by };
        assert_eq!(lead.qualify(&model, after(1)), std::slice::from_ref(&crossing));
        assert_eq!(lead.qualified(QualifiedAs::Marketing).map(|one| one.model_version), Some(1));
        // Falling and rising again is no new crossing.
        for (day, cell) in [(2, Cell::C3), (3, Cell::A1), (4, Cell::A2)] {
            lead.summary.cell = cell;
            assert_eq!(lead.qualify(&model, after(day)), []);
        }
        lead.reject(RejectReason::BadTiming, Some(after(30)), after(5)).unwrap();
        assert_eq!(lead.qualify(&model, after(6)), [], "the same signs do not count twice");
        see(&mut lead, ObservationKind::GuideRead, after(7));
        assert_eq!(lead.qualify(&model, after(8)), [], "it sleeps until the day");
        assert_eq!(lead.qualify(&model, after(30)), [crossing], "a new lifecycle");
        assert_eq!(lead.details.rejection, None);
        assert_eq!(lead.qualify(&model, after(31)), []);
    }

    #[test]
    fn nobody_is_called_while_sales_has_them_or_while_they_sleep() {
        let mut lead = made(1, NOW, &[]);
        lead.summary.cell = Cell::A1;
        let call = Some(Advice::Play(Play::CallNow));
        assert_eq!(lead.advice(NOW), call);
        lead.summary.stage = Stage::SalesQualified;
        assert_eq!(lead.advice(NOW), None, "sales has it");
        lead.reject(RejectReason::BadTiming, Some(after(9)), NOW).unwrap();
        assert_eq!((lead.advice(after(8)), lead.advice(after(9))), (None, call));
    }

    #[test]
    fn a_raised_hand_wakes_whoever_sleeps() {
        let model = model();
        let mut lead = made(1, NOW, &[]);
        lead.summary.stage = Stage::MarketingQualified;
        lead.reject(RejectReason::NoBudget, Some(after(90)), NOW).unwrap();
        see(&mut lead, ObservationKind::HandRaised, after(2));
        let told = lead.qualify(&model, after(2));
        let by = Some(QualifiedBy::HandRaise);
        let (from, to) = (Stage::Lead, Stage::MarketingQualified);
        assert_eq!(told, [LeadEventKind::StageChanged { from, to, by }]);
    }

    #[test]
    fn a_new_lifecycle_forgets_the_use_before_it_for_good() {
        let mut model = model();
        model.qualification.product.usage =
            vec![UsageRule { event: None, count: UsageCount::Times, at_least: 1, within_days: 30 }];
        let mut lead = made(1, NOW, &[]);
        lead.summary.stage = Stage::MarketingQualified;
        lead.use_product(&[("opened".to_owned(), NOW)], NOW);
        assert_eq!(lead.qualify(&model, NOW).len(), 1);
        lead.reject(RejectReason::BadTiming, None, after(1)).unwrap();
        lead.move_to(Stage::MarketingQualified, after(2)).unwrap();
        assert_eq!(lead.qualify(&model, after(2)), [], "old use does not count twice");
    }

    #[test]
    fn use_makes_a_flag_beside_the_stage_and_none_twice() {
        let mut model = model();
        let rule = |at_least| UsageRule {
            event: Some("seat.added".to_owned()),
            count: UsageCount::Times,
            at_least,
            within_days: 10,
        };
        model.qualification.product.usage = vec![rule(2)];
        model.qualification.service.usage = vec![rule(3)];
        let event = |days| ("seat.added".to_owned(), after(days));
        let mut lead = made(1, NOW, &[]);
        assert!(lead.use_product(&[event(-1), event(-1)], NOW));
        assert!(!lead.use_product(&[event(-1)], NOW), "the same event again");
        assert_eq!(lead.qualify(&model, NOW), []);
        assert!(lead.use_product(&[event(-2)], NOW));
        let told = lead.qualify(&model, NOW);
        assert_eq!(told, [LeadEventKind::ProductQualified { model_version: 1 }]);
        assert_eq!(lead.summary.stage, Stage::Lead, "a flag, and no stage");
        assert_eq!(lead.qualify(&model, NOW), []);
        lead.move_to(Stage::Customer, NOW).unwrap();
        assert!(lead.use_product(&[event(-3)], NOW));
        let told = lead.qualify(&model, NOW);
        assert_eq!(told, [LeadEventKind::ServiceQualified { by: QualifiedBy::Usage }]);
        assert_eq!(lead.summary.stage, Stage::Customer, "a customer stays one");
        assert!(lead.set_service_qualified(false, &model, NOW).is_some());
        assert!(lead.set_service_qualified(false, &model, NOW).is_none());
        assert_eq!(lead.qualify(&model, after(1)), [], "it was seen to");
    }

    #[test]
    fn what_is_kept_of_use_is_bounded() {
        let mut lead = made(1, NOW, &[]);
        let at = |count: i64| Timestamp::from_ms(NOW.as_ms() - count * DAY_MS / 40);
        let events: Vec<_> = (0..90 * 40).map(|count| ("opened".to_owned(), at(count))).collect();
        assert!(lead.use_product(&events, NOW));
        let times = &lead.details.usage["opened"];
        assert!(times.len() <= KEPT_MAX && times.is_sorted());
        let days: std::collections::BTreeSet<_> = times.iter().map(|at| at.day()).collect();
        assert!(days.len() >= 90, "{}", days.len());
        assert!(!lead.use_product(&[("old".to_owned(), after(-90))], NOW));
        let kept = |lead: &Lead| lead.details.usage.values().map(Vec::len).sum::<usize>();
        let others: Vec<_> = (0..2_000).map(|count| (format!("event-{count}"), NOW)).collect();
        assert!(lead.use_product(&others, NOW));
        assert_eq!(kept(&lead), KEPT_MAX);
        assert!(!lead.use_product(&others, NOW), "what found no room is nothing new");
        assert!(!lead.use_product(&[("opened".to_owned(), after(-80))], NOW));
        let clicks: Vec<_> = (0..3_000).map(|n| ("link_clicked".to_owned(), at(n))).collect();
        assert!(lead.use_product(&clicks, NOW));
        assert!(lead.use_product(&[("hand_raised".to_owned(), NOW)], NOW), "there is room for it");
        assert!(lead.details.observations.len() <= KEPT_MAX);
        assert_eq!(lead.details.known_since, None);
        let seen = |name: &str| {
            let name = name.to_owned();
            (0..900)
                .map(move |count| (name.clone(), Timestamp::from_ms(at(count * 4).as_ms() + count)))
        };
        let seen: Vec<_> = seen("guide_read").chain(seen("pricing_viewed")).collect();
        assert!(lead.use_product(&seen, NOW));
        assert_eq!(lead.details.observations.len(), KEPT_MAX);
        assert_eq!(lead.details.known_since, Some(NOW), "what made room is missed");
    }

    #[test]
    fn what_the_product_calls_by_a_known_name_counts_for_engagement() {
        let model = model();
        let mut lead = made(1, NOW, &[]);
        lead.use_product(&[("trial_started".to_owned(), NOW)], NOW);
        lead.follow(&model, NOW);
        assert_eq!(lead.summary.engagement, 40);
    }
}
