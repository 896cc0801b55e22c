//! How much one day may cost: beyond it submissions are held, and beyond that refused.
//!
//! A network is a /24 or /48, so it has room for an office behind one address. What is refused stays on the
//! visitor's device and is sent another day.

use plumbline_domain::time::Timestamp;

use crate::config::Config;
use crate::crypto;

/// The limits of one form fill, and what it is counted under.
#[derive(Clone, Debug)]
pub struct Quota {
    /// The day, as days since 1970.
    pub day: i64,
    /// The network, by a hash that is another one each day.
    pub network: String,
    /// How many leads of one network, and of a form as a whole, are stored in a day; as many again are held.
    pub per_network: u32,
    /// See `per_network`.
    pub per_form: u32,
}

impl Quota {
    /// Returns the quota of a network, named as limits count it, for the day of `now`.
    pub fn of(config: &Config, network: &str, now: Timestamp) -> Self {
        let day = now.day().count();
        let hash = crypto::signature(&config.signing_key, &format!("network/{day}/{network}"));
        Self {
            day,
            network: crypto::hex(&hash),
            per_network: config.network_day_max,
            per_form: config.form_day_max,
        }
    }

    /// Returns a quota that nothing exceeds, for what an owner does.
    pub fn none(now: Timestamp) -> Self {
        let (per_network, per_form) = (u32::MAX, u32::MAX);
        Self { day: now.day().count(), network: "-".to_owned(), per_network, per_form }
    }
}
