//! The owner's words for everything the core names.

use plumbline_api::quarantine::QuarantineReason;
use plumbline_domain::attribution::Source;
use plumbline_domain::email::{Reason, Verdict};
use plumbline_domain::lead::{LeadEventKind, Play, Stage};
use plumbline_domain::phone::{PhoneFacts, PhoneVerdict};

use super::ui::Tone;

/// Returns what the numbering plans know of a number; never that anybody answers it.
pub fn phone(facts: &PhoneFacts) -> String {
    let verdict = match facts.verdict {
        PhoneVerdict::Valid => facts.kind.as_str().replace('_', " "),
        PhoneVerdict::Possible => "no range of its country's plan has it".to_owned(),
        PhoneVerdict::Impossible => "too short or too long for its country".to_owned(),
    };
    let region = facts.region.as_deref().unwrap_or("country unknown");
    let extension = facts.extension.as_ref().map(|digits| format!(" ext. {digits}"));
    format!("{}{}, {region}: {verdict}", facts.e164, extension.unwrap_or_default())
}

/// Returns the name of a stage.
#[must_use]
pub const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Subscriber => "Subscriber",
        Stage::Lead => "Lead",
        Stage::MarketingQualified => "Marketing qualified",
        Stage::SalesQualified => "Sales qualified",
        Stage::Opportunity => "Opportunity",
        Stage::Customer => "Customer",
    }
}

/// Returns the name of a source.
#[must_use]
pub const fn source(source: Source) -> &'static str {
    match source {
        Source::Direct => "Direct",
        Source::OrganicSearch => "Organic search",
        Source::PaidSearch => "Paid search",
        Source::OrganicSocial => "Organic social",
        Source::PaidSocial => "Paid social",
        Source::Email => "E-mail",
        Source::Referral => "Referral",
        Source::OtherCampaign => "Other campaign",
    }
}

/// Returns what to do with a lead.
#[must_use]
pub const fn play(play: Play) -> &'static str {
    match play {
        Play::CallNow => "Call within 5 minutes",
        Play::CallWithinTheHour => "Call within the hour",
        Play::PersonalMail => "Write personally",
        Play::Sequence => "Put into a sequence",
        Play::Nurture => "Nurture, look again later",
        Play::NewsletterOnly => "Newsletter only",
    }
}

/// Returns the name and tone of a verdict. None of them claims a mailbox.
#[must_use]
pub const fn verdict(verdict: Verdict) -> (&'static str, Tone) {
    match verdict {
        Verdict::Deliverable => ("Domain takes mail", Tone::Good),
        Verdict::Risky => ("Risky", Tone::Warn),
        Verdict::Undeliverable => ("Undeliverable", Tone::Bad),
        Verdict::Unknown => ("Not known", Tone::Plain),
    }
}

/// Returns the sentence of a reason.
#[must_use]
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::MxOk => "The domain names a mail server.",
        Reason::Nxdomain => "The domain does not exist.",
        Reason::NullMx => "The domain says that it takes no mail.",
        Reason::NoMxNoAddress => "The domain has neither a mail server nor an address.",
        Reason::MxIsCname => "The mail server's name is an alias, which works in practice.",
        Reason::MxUnresolvable => "The mail server that the domain names does not exist.",
        Reason::MxAddressNotPublic => {
            "The mail server has only addresses that the internet cannot reach."
        }
        Reason::MxTargetUnchecked => "The mail server itself has not been looked at yet.",
        Reason::MxV6Only => "The mail server can be reached over IPv6 alone.",
        Reason::ParkedMx => "The domain is parked: it is for sale, and nobody reads its mail.",
        Reason::DisposableMx => "The mail server serves throw-away addresses.",
        Reason::DnssecBogus => "The domain's answers do not match their signature.",
        Reason::SpfRejectAll => "The domain says that it never sends mail.",
        Reason::SpfPresent => "The domain says who may send its mail (SPF).",
        Reason::DmarcPresent => "The domain says what to do with forged mail (DMARC).",
        Reason::SecureGateway => "A mail filter for larger organisations stands before it.",
        Reason::Forwarder => "Mail is forwarded to a mailbox elsewhere.",
        Reason::MxIpLiteral => "The mail server is named by a number, which mail does not allow.",
        Reason::MxLocalhost => "The mail server points back at the sender.",
        Reason::AddressNotPublic => "The domain has only addresses that the internet cannot reach.",
        Reason::ImplicitMx => "No mail server is named; the domain itself might take mail.",
        Reason::DnsTimeout => "The resolver did not answer in time.",
        Reason::DnsServfail => "The resolver failed on this domain.",
        Reason::DnsRefused => "The resolver refused the question.",
        Reason::NsUnreachable => "No resolver could be reached.",
        Reason::LookupLimit => {
            "Too many new domains came from the same network; this one was not looked up."
        }
        Reason::DisposableDomain => "The domain hands out throw-away addresses.",
        Reason::Relay => "A forwarding address of a real person.",
        Reason::Role => "The mailbox belongs to a function, not to a person.",
        Reason::FreeProvider => "A provider that anybody can use.",
        Reason::TypoSuspected => "The domain looks like a slip of another.",
        Reason::EaiLocal => "The name has letters that not every mail server takes.",
        Reason::Empty => "No address was given.",
        Reason::TooLong | Reason::LocalTooLong | Reason::LabelLength => "The address is too long.",
        Reason::ControlChar => "The address has an invisible character.",
        Reason::Space => "The address has a space.",
        Reason::AtCount => "The address has not exactly one @.",
        Reason::LocalEmpty => "Nothing stands before the @.",
        Reason::LocalDots => "A dot is in the wrong place.",
        Reason::LocalChar | Reason::LocalQuoted => "A character before the @ is not allowed.",
        Reason::DomainEmpty => "Nothing stands after the @.",
        Reason::DomainChar | Reason::IdnaInvalid => {
            "The domain has a character that no domain has."
        }
        Reason::IpLiteral => "A number stands in place of the domain.",
        Reason::Dotless => "The domain has no ending.",
        Reason::TldUnknown => "The ending does not exist.",
        Reason::SpecialUse => "The ending is reserved.",
    }
}

/// Says why a submission was held.
pub const fn quarantine_reason(reason: QuarantineReason) -> &'static str {
    match reason {
        QuarantineReason::TrapFilled => {
            "A field that people do not see was filled: most often by a script, now and then by an eager autofill."
        }
    }
}

/// Returns what happened.
#[must_use]
pub fn event(kind: &LeadEventKind) -> String {
    match kind {
        LeadEventKind::Created => "Captured".to_owned(),
        LeadEventKind::Updated { fields } => format!("Changed {}", fields.join(", ")),
        LeadEventKind::StageChanged { from, to } => {
            format!("Moved from {} to {}", stage(*from), stage(*to))
        }
        LeadEventKind::Erased => "Erased".to_owned(),
    }
}
