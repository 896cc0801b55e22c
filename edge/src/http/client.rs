//! Who a visitor is to the rate limits: a coarse network address, and nothing that is stored.

use std::net::IpAddr;

use worker::{RateLimiter, Result};

use super::problem::ApiError;
use crate::bindings::Bindings;

/// The one header about the client that the platform sets itself. `X-Forwarded-For` and its like are
/// the client's own words and never read (attack case 31).
pub const ADDRESS_HEADER: &str = "cf-connecting-ip";

/// The country of that address, as the platform places it.
pub const COUNTRY_HEADER: &str = "cf-ipcountry";

/// Returns the network, /24 or /48, of the address in [`ADDRESS_HEADER`].
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}")
        }
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}")
        }
        Err(_) => "unknown".to_owned(),
    }
}

/// Returns whether `key` is within a limit. A limiter that is broken lets everybody through: a lead
/// is worth more than a quota.
pub async fn allows(limiter: Result<RateLimiter>, key: &str) -> bool {
    let Ok(limiter) = limiter else { return true };
    limiter.limit(key.to_owned()).await.map_or(true, |outcome| outcome.success)
}

/// Counts one request for a purpose against the limit of its network.
///
/// # Errors
/// 429 beyond it.
pub async fn check_rate(
    bindings: &Bindings,
    purpose: &str,
    network: &str,
) -> std::result::Result<(), ApiError> {
    check(bindings.request_limit(), &format!("{purpose}/{network}")).await
}

/// Counts one use of a sign-in link against the limit of its network.
///
/// # Errors
/// 429 beyond it.
pub async fn check_sign_in_rate(
    bindings: &Bindings,
    network: &str,
) -> std::result::Result<(), ApiError> {
    check(bindings.sign_in_limit(), network).await
}

async fn check(limiter: Result<RateLimiter>, key: &str) -> std::result::Result<(), ApiError> {
    if allows(limiter, key).await { Ok(()) } else { Err(ApiError::RateLimited) }
}
