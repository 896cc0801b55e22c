//! The vocabulary of validation: verdicts, the reasons for them, and what is known of a mailbox.

use serde::{Deserialize, Serialize};

use super::address::SyntaxReason;

/// The verdict on an address. `deliverable` says that its domain takes mail, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The domain takes mail and nothing speaks against the address.
    Deliverable,
    /// The domain may take mail, but something speaks against the address.
    Risky,
    /// The domain takes no mail, or the address is not one.
    Undeliverable,
    /// It could not be found out.
    Unknown,
}

impl Verdict {
    /// Returns the stable string.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deliverable => "deliverable",
            Self::Risky => "risky",
            Self::Undeliverable => "undeliverable",
            Self::Unknown => "unknown",
        }
    }
}

/// A reason for a verdict, or a note beside it; stable strings of VALIDATION §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name is the documented reason itself")]
pub enum Reason {
    // Syntax.
    Empty,
    TooLong,
    ControlChar,
    Space,
    AtCount,
    LocalEmpty,
    LocalDots,
    LocalChar,
    LocalQuoted,
    LocalTooLong,
    DomainEmpty,
    DomainChar,
    LabelLength,
    IpLiteral,
    Dotless,
    TldUnknown,
    SpecialUse,
    IdnaInvalid,
    // Domain.
    MxOk,
    MxIsCname,
    Nxdomain,
    NullMx,
    NoMxNoAddress,
    MxIpLiteral,
    MxLocalhost,
    MxUnresolvable,
    MxAddressNotPublic,
    MxTargetUnchecked,
    AddressNotPublic,
    DnsTimeout,
    DnsServfail,
    DnsRefused,
    NsUnreachable,
    LookupLimit,
    // Risk.
    DisposableDomain,
    DisposableMx,
    Relay,
    Role,
    FreeProvider,
    TypoSuspected,
    EaiLocal,
    ImplicitMx,
    ParkedMx,
    DnssecBogus,
    MxV6Only,
    // Beside the verdict.
    SpfRejectAll,
    SpfPresent,
    DmarcPresent,
    SecureGateway,
    Forwarder,
}

impl Reason {
    /// Returns the snake-case name that serde writes, without a serializer.
    pub(super) fn wire_name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
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
            S::IpLiteral => Self::IpLiteral,
            S::Dotless => Self::Dotless,
            S::TldUnknown => Self::TldUnknown,
            S::SpecialUse => Self::SpecialUse,
            S::IdnaInvalid => Self::IdnaInvalid,
        }
    }
}

/// What is known about the mailbox itself; DNS never changes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mailbox {
    /// Nobody has confirmed, replied or bounced yet.
    #[default]
    Unverified,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_wire_match_serde() {
        for reason in [Reason::MxOk, Reason::DnsServfail, Reason::ImplicitMx, Reason::TooLong] {
            assert_eq!(
                format!("{:?}", reason.wire_name()),
                serde_json::to_string(&reason).unwrap()
            );
        }
    }
}
