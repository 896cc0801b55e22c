//! The vocabulary of validation: verdicts, the reasons for them, and what is known of a mailbox.

use super::address::SyntaxReason;
use crate::named;

named! {
    /// The verdict on an address. `deliverable` says that its domain takes mail, and no more.
    pub enum Verdict {
        /// The domain takes mail and nothing speaks against the address.
        Deliverable = "deliverable",
        /// The domain may take mail, but something speaks against the address.
        Risky = "risky",
        /// The domain takes no mail, or the address is not one.
        Undeliverable = "undeliverable",
        /// It could not be found out.
        Unknown = "unknown",
    }
}

named! {
    /// A reason for a verdict, or a note beside it; stable strings of VALIDATION §4.
    #[expect(missing_docs, reason = "each name is the documented reason itself")]
    pub enum Reason {
        // Syntax.
        Empty = "empty",
        TooLong = "too_long",
        ControlChar = "control_char",
        Space = "space",
        AtCount = "at_count",
        LocalEmpty = "local_empty",
        LocalDots = "local_dots",
        LocalChar = "local_char",
        LocalQuoted = "local_quoted",
        LocalTooLong = "local_too_long",
        DomainEmpty = "domain_empty",
        DomainChar = "domain_char",
        LabelLength = "label_length",
        DomainDots = "domain_dots",
        IpLiteral = "ip_literal",
        Dotless = "dotless",
        TldUnknown = "tld_unknown",
        SpecialUse = "special_use",
        IdnaInvalid = "idna_invalid",
        // Domain.
        MxOk = "mx_ok",
        MxIsCname = "mx_is_cname",
        Nxdomain = "nxdomain",
        NullMx = "null_mx",
        NullMxIgnored = "null_mx_ignored",
        NoMxNoAddress = "no_mx_no_address",
        MxIpLiteral = "mx_ip_literal",
        MxLocalhost = "mx_localhost",
        MxUnresolvable = "mx_unresolvable",
        MxAddressNotPublic = "mx_address_not_public",
        MxTargetUnchecked = "mx_target_unchecked",
        AddressNotPublic = "address_not_public",
        DnsTimeout = "dns_timeout",
        DnsServfail = "dns_servfail",
        DnsRefused = "dns_refused",
        NsUnreachable = "ns_unreachable",
        LookupLimit = "lookup_limit",
        // Risk.
        DisposableDomain = "disposable_domain",
        DisposableMx = "disposable_mx",
        Relay = "relay",
        Role = "role",
        FreeProvider = "free_provider",
        TypoSuspected = "typo_suspected",
        EaiLocal = "eai_local",
        StrayDots = "stray_dots",
        ImplicitMx = "implicit_mx",
        ParkedMx = "parked_mx",
        DnssecBogus = "dnssec_bogus",
        MxV6Only = "mx_v6_only",
        // Beside the verdict.
        SpfRejectAll = "spf_reject_all",
        SpfPresent = "spf_present",
        DmarcPresent = "dmarc_present",
        SecureGateway = "secure_gateway",
        Forwarder = "forwarder",
    }
}

impl From<SyntaxReason> for Reason {
    fn from(reason: SyntaxReason) -> Self {
        use SyntaxReason as S;
        match reason {
            S::Empty => Self::Empty,
            S::TooLong => Self::TooLong,
            S::ControlChar => Self::ControlChar,
            S::Space => Self::Space,
            S::AtCount => Self::AtCount,
            S::LocalEmpty => Self::LocalEmpty,
            S::LocalDots => Self::LocalDots,
            S::LocalChar => Self::LocalChar,
            S::LocalQuoted => Self::LocalQuoted,
            S::LocalTooLong => Self::LocalTooLong,
            S::DomainEmpty => Self::DomainEmpty,
            S::DomainChar => Self::DomainChar,
            S::LabelLength => Self::LabelLength,
            S::DomainDots => Self::DomainDots,
            S::IpLiteral => Self::IpLiteral,
            S::Dotless => Self::Dotless,
            S::TldUnknown => Self::TldUnknown,
            S::SpecialUse => Self::SpecialUse,
            S::IdnaInvalid => Self::IdnaInvalid,
        }
    }
}

named! {
    /// What is known about the mailbox itself; DNS never changes it.
    pub enum Mailbox {
        /// Nobody has confirmed, replied or bounced yet.
        Unverified = "unverified",
        /// Its owner followed a link that was sent to it.
        Confirmed = "confirmed",
        /// Somebody has answered from it.
        Replied = "replied",
        /// A mail server took mail for it, which is no proof that anybody reads it.
        Delivered = "delivered",
        /// Mail to it came back for good.
        Bounced = "bounced",
    }
}

#[expect(clippy::derivable_impls, reason = "a named enum marks no case as its default")]
impl Default for Mailbox {
    fn default() -> Self {
        Self::Unverified
    }
}
