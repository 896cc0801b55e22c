//! The owner's words for everything the core names.

use plumbline_api::quarantine::QuarantineReason;
use plumbline_domain::attribution::Source;
use plumbline_domain::email::{HealthFinding, Mailbox, Reason, Verdict};
use plumbline_domain::field_error::Rule;
use plumbline_domain::import::SuppressionReason;
use plumbline_domain::lead::{Advice, LeadEventKind, Play, RejectReason, Stage};
use plumbline_domain::phone::{PhoneFacts, PhoneVerdict};
use plumbline_domain::scoring::QualifiedBy;
use plumbline_domain::time::Timestamp;

use super::format;
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
        Source::Imported => "Imported",
    }
}

/// Returns what to do with a lead that came at `captured_at`, the same on every screen. An order whose time
/// has passed is not given any more.
#[must_use]
pub fn advice(advice: Advice, captured_at: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(captured_at) / 60_000;
    match advice {
        Advice::Answer { since } if now.since(since) < 60_000 => "Answer now".to_owned(),
        Advice::Answer { since } => format!("Answer now · waiting {}", format::ago(since, now)),
        Advice::Play(Play::CallNow) if minutes < 5 => "Call within 5 minutes".to_owned(),
        Advice::Play(Play::CallWithinTheHour) if minutes < 60 => "Call within the hour".to_owned(),
        Advice::Play(other) => play(other).to_owned(),
    }
}

/// Returns what to do with leads of a cell.
#[must_use]
pub const fn play(play: Play) -> &'static str {
    match play {
        Play::CallNow => "Call now",
        Play::CallWithinTheHour => "Call today",
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

/// Returns what is known of a mailbox, and what that means.
pub const fn mailbox_words(mailbox: Mailbox) -> (&'static str, &'static str, Tone) {
    match mailbox {
        Mailbox::Unverified => (
            "Mailbox unverified",
            "Whether this very mailbox exists is not known: DNS cannot tell, and nobody has replied or bounced yet.",
            Tone::Plain,
        ),
        Mailbox::Confirmed => {
            ("Mailbox confirmed", "Its owner followed a link that was sent to it.", Tone::Good)
        }
        Mailbox::Replied => ("Mailbox replied", "Somebody has answered from it.", Tone::Good),
        Mailbox::Delivered => (
            "Mail delivered",
            "A mail server took mail for it, which is no proof that anybody reads it.",
            Tone::Plain,
        ),
        Mailbox::Bounced => {
            ("Mail bounced", "Mail to it came back for good. It gets no more.", Tone::Bad)
        }
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
        Reason::LookupLimit => "It was not looked up yet: too many new domains came at once.",
        Reason::DisposableDomain => "The domain hands out throw-away addresses.",
        Reason::Relay => "A forwarding address of a real person.",
        Reason::Role => "The mailbox belongs to a function, not to a person.",
        Reason::FreeProvider => "A provider that anybody can use.",
        Reason::TypoSuspected => "The domain looks like a slip of another.",
        Reason::EaiLocal => "The name has letters that not every mail server takes.",
        Reason::Empty => "No address was given.",
        Reason::TooLong | Reason::LocalTooLong | Reason::LabelLength => "The address is too long.",
        Reason::DomainDots => "There is a dot too many after the @.",
        Reason::StrayDots => {
            "A mobile carrier gave out names with such dots. They work, but many mail programs refuse to write to them."
        }
        Reason::NullMxIgnored => {
            "The domain also says that it takes no mail, which does not count beside a mail server."
        }
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
        QuarantineReason::TooMany => {
            "More submissions came from one network, or through this form, than usual in a day."
        }
        QuarantineReason::FormChanged => {
            "It waited on the visitor’s device until they were online again, and does not fit the form as it is now."
        }
    }
}

/// Says why no mail may reach an address.
pub const fn suppression(reason: SuppressionReason) -> &'static str {
    match reason {
        SuppressionReason::Unsubscribed => "Unsubscribed: no mail",
        SuppressionReason::Bounced => "Bounced: no mail",
        SuppressionReason::Complained => "Complained: no mail",
    }
}

/// Returns what a record of a sending domain is called, and what was found, in one sentence.
pub const fn health(finding: HealthFinding) -> &'static str {
    match finding {
        HealthFinding::MxPresent => "A mail server takes the answers to your mail.",
        HealthFinding::MxMissing => {
            "Nothing takes the answers to your mail, and some receivers refuse mail that cannot be answered: add an MX record."
        }
        HealthFinding::SpfCloses => "It says who may send for you, and that nobody else may.",
        HealthFinding::SpfOpen => {
            "It names senders and does not turn the others away: let it end in ~all or -all."
        }
        HealthFinding::SpfRejectsAll => {
            "It says that nobody sends for this domain, so your own mail is refused: add your mail service."
        }
        HealthFinding::SpfSeveral => {
            "There are several policies, which receivers take for none: join them into one."
        }
        HealthFinding::SpfMissing => {
            "Nothing says who may send for you: add a TXT record that begins with v=spf1."
        }
        HealthFinding::DkimPresent => "The key that your signatures are checked with is published.",
        HealthFinding::DkimRevoked => {
            "The key was withdrawn, so every signature with it fails: publish a new one."
        }
        HealthFinding::DkimMissing => {
            "No key stands under this selector: copy the record from your mail service."
        }
        HealthFinding::DkimNotAsked => {
            "Name the selector that your mail service uses, and its key is looked up."
        }
        HealthFinding::DmarcEnforced => {
            "Mail that is forged in your name is rejected or set aside."
        }
        HealthFinding::DmarcWatches => {
            "Forged mail is only reported: once the reports are clean, set p=quarantine."
        }
        HealthFinding::DmarcInvalid => {
            "The policy cannot be read, or there are several: there has to be one, with p=none, quarantine or reject."
        }
        HealthFinding::DmarcMissing => {
            "Nothing says what to do with forged mail, and large receivers ask for it: add _dmarc with v=DMARC1; p=none."
        }
        HealthFinding::NotKnown => "The resolver did not answer. Try again in a moment.",
    }
}

/// Returns an answer's name as people read it.
pub fn answer_name(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Says what is wrong with an answer.
pub fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Email { reason, .. } => self::reason((*reason).into()).to_owned(),
        Rule::Required => "An address, a number or a name is needed.".to_owned(),
        Rule::TooLong { max } => format!("It is longer than {max} characters."),
        Rule::ControlCharacter => "It has an invisible character.".to_owned(),
        Rule::NotAnOption => "It is not one of the values known here.".to_owned(),
        Rule::UnknownField => "The name of the column cannot be used.".to_owned(),
        _ => "It cannot be read.".to_owned(),
    }
}

/// Returns why sales rejects a lead.
#[must_use]
pub const fn reject_reason(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::Student => "studies, or looks for a job",
        RejectReason::NoNeed => "no need",
        RejectReason::NoBudget => "no budget",
        RejectReason::NoAuthority => "no say in it",
        RejectReason::BadTiming => "not now",
        RejectReason::WrongSize => "too small or too large",
        RejectReason::WrongIndustry => "an industry that is not served",
        RejectReason::WrongCountry => "a country that is not served",
        RejectReason::Competitor => "a competitor",
        RejectReason::Unreachable => "never answers",
        RejectReason::Other => "something else",
    }
}

const fn qualified_by(by: QualifiedBy) -> &'static str {
    match by {
        QualifiedBy::Score => ": the score",
        QualifiedBy::HandRaise => ": asked for it",
        QualifiedBy::Usage => ": by use",
        QualifiedBy::Person => "",
    }
}

/// Returns what happened.
#[must_use]
pub fn event(kind: &LeadEventKind) -> String {
    match kind {
        LeadEventKind::Created => "Captured".to_owned(),
        LeadEventKind::CreatedQualified { by } => {
            format!("Captured, and marketing qualified{}", qualified_by(*by))
        }
        LeadEventKind::Updated { fields } => format!("Changed {}", fields.join(", ")),
        LeadEventKind::StageChanged { from, to, by } => {
            let by = by.map_or("", qualified_by);
            format!("Moved from {} to {}{by}", stage(*from), stage(*to))
        }
        LeadEventKind::ProductQualified { .. } => "Product qualified by use".to_owned(),
        LeadEventKind::ServiceQualified { by } => format!("May buy more{}", qualified_by(*by)),
        LeadEventKind::Reviewed { author, cell: None } => format!("{author} agrees with the score"),
        LeadEventKind::Reviewed { author, cell: Some(cell) } => {
            format!("{author} set {}", cell.as_str())
        }
        LeadEventKind::OverrideEnded { from, to } => {
            format!("{} set by hand ended: {}", from.as_str(), to.as_str())
        }
        LeadEventKind::Rejected { from, reason, .. } => {
            format!("Rejected as {}: {}", stage(*from), reject_reason(*reason))
        }
        LeadEventKind::MailboxSeen { mailbox } => mailbox_words(*mailbox).0.to_owned(),
        LeadEventKind::Rechecked { from, to } => {
            format!("Address looked at again: {} before, {} now", verdict(*from).0, verdict(*to).0)
        }
        LeadEventKind::Rescored { from, to, model_version } => {
            format!(
                "Scored anew by model {model_version}: {} before, {} now",
                from.as_str(),
                to.as_str()
            )
        }
        LeadEventKind::Merged { .. } => "Merged with another lead of the same person".to_owned(),
        LeadEventKind::MergedInto { .. } => "Went into another lead of the same person".to_owned(),
        LeadEventKind::Erased => "Erased".to_owned(),
    }
}
