//! Is the address good? By domain for visitors, by whole addresses for the owner.

use futures_util::future::join_all;
use plumbline_api::checks::{
    ADDRESSES_MAX, DOMAINS_MAX, DomainCheck, DomainCheckRequest, DomainHealth, DomainReport,
    DomainReportRequest, DomainReports, EmailCheck, EmailCheckRequest, EmailChecks, HealthRequest,
};
use plumbline_domain::email::{Assessment, EmailAddress};
use plumbline_domain::field_error::{FieldError, Rule};

use super::guard::{Call, allow_origin};
use super::problem::ApiError;
use super::{Answer, forms, json};
use crate::context::Ctx;
use crate::email::verify::{Caller, look_at_health, verify_address};
use crate::unicode::EdgeUnicode;

/// What stands before a domain where an address is needed.
const STAND_IN: &str = "someone@";
/// How many addresses are looked up at a time; a Worker holds six connections.
const CONCURRENT_MAX: usize = 2;

/// Checks a domain for a visitor. Only the domain is known here, so only the domain is judged.
pub async fn check_domain(call: Call) -> Answer {
    let request: DomainCheckRequest = call.json().await?;
    forms::published(&call.ctx, &request.form_id).await?;
    let answer = checked_domain(&call, &request.domain).await;
    let mut response = answer.or_else(|error| error.into_response(&call.ctx))?;
    allow_origin(&mut response, call.header("origin").as_deref())?;
    Ok(response)
}

async fn checked_domain(call: &Call, domain: &str) -> Answer {
    call.check_rate("domain-checks").await?;
    // The local part stays with the visitor.
    let address = someone_at(domain)?;
    let client = call.network();
    let Assessment { verdict, reasons, suggestion, .. } =
        verify_address(&call.ctx, &address, Caller::Visitor(&client)).await;
    json(&DomainCheck { domain: address.domain().to_owned(), verdict, reasons, suggestion }, 200)
}

/// Checks addresses for the owner, in the order asked.
pub async fn check_emails(call: Call) -> Answer {
    let request: EmailCheckRequest = call.json().await?;
    bounded("addresses", request.addresses.len(), ADDRESSES_MAX)?;
    let mut checks = Vec::with_capacity(request.addresses.len());
    for some in request.addresses.chunks(CONCURRENT_MAX) {
        checks.extend(join_all(some.iter().map(|input| check(&call.ctx, input))).await);
    }
    json(&EmailChecks { checks }, 200)
}

/// Checks domains for the owner, in the order asked.
pub async fn check_domains(call: Call) -> Answer {
    let request: DomainReportRequest = call.json().await?;
    bounded("domains", request.domains.len(), DOMAINS_MAX)?;
    let mut reports = Vec::with_capacity(request.domains.len());
    for domain in request.domains {
        let check = check(&call.ctx, &format!("{STAND_IN}{domain}")).await;
        let Assessment { verdict, reasons, provider, suggestion, .. } = check.assessment;
        reports.push(DomainReport { domain, verdict, reasons, provider, suggestion });
    }
    json(&DomainReports { reports }, 200)
}

/// Looks at the owner's own sending domain.
pub async fn check_health(call: Call) -> Answer {
    let request: HealthRequest = call.json().await?;
    let address = someone_at(request.domain.trim())?;
    let selector = request.selector.as_deref().map(str::trim).filter(|text| !text.is_empty());
    // RFC 6376 §3.1: a selector is one or more labels.
    let is_label = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if selector.is_some_and(|text| text.len() > 63 || !text.bytes().all(is_label)) {
        let error = FieldError::new("selector", Rule::OutOfRange);
        return Err(ApiError::InvalidFields(vec![error]));
    }
    let lines = look_at_health(&call.ctx, address.domain(), selector).await;
    let domain = address.domain().to_owned();
    json(&DomainHealth { domain, lines: lines.into() }, 200)
}

fn someone_at(domain: &str) -> Result<EmailAddress, ApiError> {
    EmailAddress::parse(&format!("{STAND_IN}{domain}"), &EdgeUnicode).map_err(|error| {
        let position = error.position.saturating_sub(STAND_IN.len());
        let rule = Rule::Email { reason: error.reason, position };
        ApiError::InvalidFields(vec![FieldError::new("domain", rule)])
    })
}

fn bounded(field: &str, count: usize, max: usize) -> Result<(), ApiError> {
    if (1..=max).contains(&count) {
        return Ok(());
    }
    Err(ApiError::InvalidFields(vec![FieldError::new(field, Rule::OutOfRange)]))
}

async fn check(ctx: &Ctx, input: &str) -> EmailCheck {
    match EmailAddress::read(input, &EdgeUnicode) {
        Ok(address) => EmailCheck {
            input: input.to_owned(),
            address: Some(address.to_string()),
            assessment: verify_address(ctx, &address, Caller::Owner).await,
        },
        Err(error) => EmailCheck {
            input: input.to_owned(),
            address: None,
            assessment: Assessment::of_bad_syntax(error.reason, ctx.now),
        },
    }
}
