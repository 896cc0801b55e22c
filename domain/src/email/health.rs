//! The health of the domain one sends from: what its records tell receivers, one finding for each of
//! the four (PRODUCT F7).

use serde::{Deserialize, Serialize};

use super::facts::{Answer, DomainFacts, MxRecord};
use crate::named;

named! {
    /// What a finding is about.
    pub enum HealthSubject {
        /// Where answers to our mail go.
        Mx = "mx",
        /// Who may send for the domain (RFC 7208).
        Spf = "spf",
        /// The key that signatures are checked with (RFC 6376).
        Dkim = "dkim",
        /// What receivers do with mail that fails both (RFC 7489).
        Dmarc = "dmarc",
    }
}

named! {
    /// How good it is.
    pub enum HealthState {
        /// As it should be.
        Good = "good",
        /// It works, and could be better.
        Weak = "weak",
        /// Mail suffers from it.
        Bad = "bad",
        /// It could not be found out, or was not asked.
        Unknown = "unknown",
    }
}

named! {
    /// What was found.
    pub enum HealthFinding {
        /// A mail server takes answers.
        MxPresent = "mx_present",
        /// Nothing takes answers.
        MxMissing = "mx_missing",
        /// One policy that ends in `-all` or `~all`.
        SpfCloses = "spf_closes",
        /// One policy that lets anybody send, or says nothing of the others.
        SpfOpen = "spf_open",
        /// It says that nobody sends for the domain.
        SpfRejectsAll = "spf_rejects_all",
        /// More than one policy, which receivers take for none.
        SpfSeveral = "spf_several",
        /// No policy.
        SpfMissing = "spf_missing",
        /// A key is published under the selector.
        DkimPresent = "dkim_present",
        /// The key was withdrawn: its record is empty.
        DkimRevoked = "dkim_revoked",
        /// No key under the selector.
        DkimMissing = "dkim_missing",
        /// No selector was named.
        DkimNotAsked = "dkim_not_asked",
        /// Forged mail is to be rejected or set aside.
        DmarcEnforced = "dmarc_enforced",
        /// Forged mail is delivered, and only reported.
        DmarcWatches = "dmarc_watches",
        /// More than one policy, or one that cannot be read.
        DmarcInvalid = "dmarc_invalid",
        /// No policy.
        DmarcMissing = "dmarc_missing",
        /// The resolver did not answer.
        NotKnown = "not_known",
    }
}

impl HealthFinding {
    /// Returns how good it is.
    #[must_use]
    pub const fn state(self) -> HealthState {
        match self {
            Self::MxPresent | Self::SpfCloses | Self::DkimPresent | Self::DmarcEnforced => {
                HealthState::Good
            }
            Self::SpfOpen | Self::DmarcWatches => HealthState::Weak,
            Self::DkimNotAsked | Self::NotKnown => HealthState::Unknown,
            Self::MxMissing
            | Self::SpfRejectsAll
            | Self::SpfSeveral
            | Self::SpfMissing
            | Self::DkimRevoked
            | Self::DkimMissing
            | Self::DmarcInvalid
            | Self::DmarcMissing => HealthState::Bad,
        }
    }
}

/// One of the four, with the record it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HealthLine {
    /// What it is about.
    pub subject: HealthSubject,
    /// What was found.
    pub finding: HealthFinding,
    /// The records as they were found.
    pub records: Vec<String>,
}

/// Returns the health of a sending domain. `dkim` is what stands under the selector that was named;
/// `None` when none was.
#[must_use]
pub fn domain_health(facts: &DomainFacts, dkim: Option<&Answer<String>>) -> [HealthLine; 4] {
    let line = |subject, finding, records| HealthLine { subject, finding, records };
    let mx = |record: &MxRecord| format!("{} {}", record.preference, record.host);
    let keys = dkim.map(|answer| answer.records().to_vec()).unwrap_or_default();
    [
        line(HealthSubject::Mx, mx_finding(&facts.mx), facts.mx.records().iter().map(mx).collect()),
        line(HealthSubject::Spf, spf_finding(&facts.spf), facts.spf.records().to_vec()),
        line(HealthSubject::Dkim, dkim.map_or(HealthFinding::DkimNotAsked, dkim_finding), keys),
        line(HealthSubject::Dmarc, dmarc_finding(&facts.dmarc), facts.dmarc.records().to_vec()),
    ]
}

fn mx_finding(mx: &Answer<MxRecord>) -> HealthFinding {
    match mx {
        Answer::Failed(_) => HealthFinding::NotKnown,
        Answer::Records(records) if records.iter().any(|record| !record.host.is_empty()) => {
            HealthFinding::MxPresent
        }
        _ => HealthFinding::MxMissing,
    }
}

fn spf_finding(spf: &Answer<String>) -> HealthFinding {
    if spf.failure().is_some() {
        return HealthFinding::NotKnown;
    }
    let [policy] = spf.records() else {
        let is_none = spf.records().is_empty();
        return if is_none { HealthFinding::SpfMissing } else { HealthFinding::SpfSeveral };
    };
    let terms: Vec<String> = policy.split_whitespace().skip(1).map(str::to_lowercase).collect();
    let redirects = terms.iter().any(|term| term.starts_with("redirect="));
    match terms.iter().find(|term| term.trim_start_matches(['+', '-', '~', '?']) == "all") {
        Some(all) if all.starts_with('-') && terms.len() == 1 => HealthFinding::SpfRejectsAll,
        Some(all) if all.starts_with(['-', '~']) => HealthFinding::SpfCloses,
        None if redirects => HealthFinding::SpfCloses,
        _ => HealthFinding::SpfOpen,
    }
}

fn dkim_finding(dkim: &Answer<String>) -> HealthFinding {
    if dkim.failure().is_some() {
        return HealthFinding::NotKnown;
    }
    let key = dkim.records().iter().find_map(|record| tag(record, "p"));
    match key {
        None => HealthFinding::DkimMissing,
        Some("") => HealthFinding::DkimRevoked,
        Some(_) => HealthFinding::DkimPresent,
    }
}

fn dmarc_finding(dmarc: &Answer<String>) -> HealthFinding {
    if dmarc.failure().is_some() {
        return HealthFinding::NotKnown;
    }
    match dmarc.records() {
        [] => HealthFinding::DmarcMissing,
        [policy] => match tag(policy, "p").map(str::to_ascii_lowercase).as_deref() {
            Some("quarantine" | "reject") => HealthFinding::DmarcEnforced,
            Some("none") => HealthFinding::DmarcWatches,
            _ => HealthFinding::DmarcInvalid,
        },
        _ => HealthFinding::DmarcInvalid,
    }
}

/// The value of a tag in a list of `name=value` (RFC 6376 §3.2).
fn tag<'a>(record: &'a str, name: &str) -> Option<&'a str> {
    let tags = record.split(';').filter_map(|tag| tag.split_once('='));
    tags.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name).map(|t| t.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::DnsFailure;
    use crate::time::Timestamp;

    fn records(list: &[&str]) -> Answer<String> {
        match list {
            [] => Answer::NoData,
            list => Answer::Records(list.iter().map(|text| (*text).to_owned()).collect()),
        }
    }

    #[test]
    fn each_record_is_told_for_what_it_is() {
        use HealthFinding as F;
        for (list, finding) in [
            (&["v=spf1 include:_spf.acme.co ~all"][..], F::SpfCloses),
            (&["v=spf1 mx -ALL"], F::SpfCloses),
            (&["v=spf1 redirect=_spf.acme.co"], F::SpfCloses),
            (&["v=spf1 mx ?all"], F::SpfOpen),
            (&["v=spf1 +all"], F::SpfOpen),
            (&["v=spf1 mx"], F::SpfOpen),
            (&["v=spf1 -all"], F::SpfRejectsAll),
            (&["v=spf1 mx -all", "v=spf1 a -all"], F::SpfSeveral),
            (&[], F::SpfMissing),
        ] {
            assert_eq!(spf_finding(&records(list)), finding, "{list:?}");
        }
        for (list, finding) in [
            (&["v=DMARC1; p=reject; rua=mailto:a@acme.co"][..], F::DmarcEnforced),
            (&["v=DMARC1;p=Quarantine"], F::DmarcEnforced),
            (&["v=DMARC1; p=none"], F::DmarcWatches),
            (&["v=DMARC1; sp=none"], F::DmarcInvalid),
            (&["v=DMARC1; p=none", "v=DMARC1; p=reject"], F::DmarcInvalid),
            (&[], F::DmarcMissing),
        ] {
            assert_eq!(dmarc_finding(&records(list)), finding, "{list:?}");
        }
        for (list, finding) in [
            (&["v=DKIM1; k=rsa; p=MIGf"][..], F::DkimPresent),
            (&["p=MIGf"], F::DkimPresent),
            (&["v=DKIM1; p="], F::DkimRevoked),
            (&["unrelated"], F::DkimMissing),
            (&[], F::DkimMissing),
        ] {
            assert_eq!(dkim_finding(&records(list)), finding, "{list:?}");
        }
    }

    #[test]
    fn what_was_not_answered_is_not_known() {
        let facts = DomainFacts::failed(DnsFailure::Timeout, Timestamp::default(), 0);
        let [mx, spf, dkim, dmarc] = domain_health(&facts, None);
        for line in [mx, spf, dmarc] {
            assert_eq!(line.finding, HealthFinding::NotKnown);
        }
        assert_eq!(dkim.finding, HealthFinding::DkimNotAsked);
        let null = Answer::Records(vec![MxRecord { preference: 0, host: String::new() }]);
        assert_eq!(mx_finding(&null), HealthFinding::MxMissing);
    }
}
