//! Is the address good? By domain for visitors, by whole addresses for the owner.

use plumbline_domain::email::{Assessment, HealthLine, Reason, Verdict};
use plumbline_domain::id::FormId;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, Scope};

/// The most addresses of one call.
pub const ADDRESSES_MAX: usize = 100;

/// Checks a mail domain while the visitor goes on typing. Only the domain travels.
#[derive(Clone, Copy, Debug)]
pub struct CheckDomain;

impl Endpoint for CheckDomain {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/domain-checks";
    const ACCESS: Access = Access::Public;
    const SUMMARY: &'static str = "Check whether a domain takes mail";
    type Body = DomainCheckRequest;
    type Response = DomainCheck;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The domain to check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DomainCheckRequest {
    /// The form that asks; its sites may read the answer.
    pub form_id: FormId,
    /// The part after the `@`, in any script.
    pub domain: String,
}

/// What DNS and lists tell about a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DomainCheck {
    /// The domain in A-labels.
    pub domain: String,
    /// The verdict; never about a mailbox.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The domain that was probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// The most domains of one call: with their mail servers they take up to 44 questions, and a request
/// on a free account may ask 50.
pub const DOMAINS_MAX: usize = 4;

/// Checks up to [`DOMAINS_MAX`] mail domains for the owner: what cleans a list asks once for each
/// domain, however many addresses it has there.
#[derive(Clone, Copy, Debug)]
pub struct CheckDomains;

impl Endpoint for CheckDomains {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/domain-reports";
    const ACCESS: Access = Access::Scoped(Scope::Checks);
    const SUMMARY: &'static str = "Check up to 4 mail domains";
    type Body = DomainReportRequest;
    type Response = DomainReports;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// Looks at the owner's own sending domain.
#[derive(Clone, Debug)]
pub struct CheckHealth;

impl Endpoint for CheckHealth {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/domain-health";
    const ACCESS: Access = Access::Scoped(Scope::Checks);
    const SUMMARY: &'static str = "Look at MX, SPF, DKIM and DMARC of a sending domain";
    type Body = HealthRequest;
    type Response = DomainHealth;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The domain to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HealthRequest {
    /// The domain that mail is sent from, in any script.
    pub domain: String,
    /// The selector of its signing key, as the mail service names it; without one DKIM is not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
}

/// What the records of a sending domain tell receivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DomainHealth {
    /// The domain in A-labels.
    pub domain: String,
    /// MX, SPF, DKIM and DMARC, in this order.
    pub lines: Vec<HealthLine>,
}

/// The domains to check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DomainReportRequest {
    /// In any script, in order.
    pub domains: Vec<String>,
}

/// The reports, in the order asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DomainReports {
    /// One per domain.
    pub reports: Vec<DomainReport>,
}

/// What DNS and lists tell about a domain, whatever stands before the `@`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DomainReport {
    /// As it was sent.
    pub domain: String,
    /// The verdict; never about a mailbox.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Who takes its mail, `other` when it is nobody well known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The domain that was probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// Checks up to [`ADDRESSES_MAX`] addresses.
#[derive(Clone, Copy, Debug)]
pub struct CheckEmails;

impl Endpoint for CheckEmails {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/email-checks";
    const ACCESS: Access = Access::Scoped(Scope::Checks);
    const SUMMARY: &'static str = "Check up to 100 addresses";
    type Body = EmailCheckRequest;
    type Response = EmailChecks;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The addresses to check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EmailCheckRequest {
    /// As typed, in order.
    pub addresses: Vec<String>,
}

/// The verdicts, in the order asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct EmailChecks {
    /// One per address.
    pub checks: Vec<EmailCheck>,
}

/// The verdict on one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct EmailCheck {
    /// As it was sent.
    pub input: String,
    /// The address in its stored form, or nothing when it is not one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The verdict with its evidence.
    pub assessment: Assessment,
}
