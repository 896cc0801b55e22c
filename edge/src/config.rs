//! Every variable and secret, parsed and named once.

use crate::bindings::Bindings;

/// What the owner configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// The resolvers (RFC 8484): `DOH_URL`, and `DOH_FALLBACK_URL` where the first one fails.
    pub resolver_urls: Vec<String>,
    /// Signs cursors; the secret `SIGNING_KEY`.
    pub signing_key: String,
    /// How many leads of one network a form stores in a day, `NETWORK_DAY_MAX`; as many again are held.
    pub network_day_max: u32,
    /// How many leads a form stores in a day, `FORM_DAY_MAX`; as many again are held.
    pub form_day_max: u32,
    /// Whether the routes that break on purpose exist; `FAULT_ROUTES`, for tests only.
    pub has_fault_routes: bool,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The name of a secret that has no default and is not set.
    pub fn from_bindings(bindings: &Bindings) -> Result<Self, &'static str> {
        let number = |name, default| {
            bindings.variable(name).and_then(|text| text.parse().ok()).unwrap_or(default)
        };
        Ok(Self {
            network_day_max: number("NETWORK_DAY_MAX", 200),
            form_day_max: number("FORM_DAY_MAX", 5_000),
            resolver_urls: ["DOH_URL", "DOH_FALLBACK_URL"]
                .into_iter()
                .filter_map(|name| bindings.variable(name).filter(|url| !url.is_empty()))
                .collect(),
            signing_key: bindings
                .variable("SIGNING_KEY")
                .filter(|key| key.len() >= 32)
                .ok_or("SIGNING_KEY has to be set, with at least 32 characters")?,
            has_fault_routes: bindings.variable("FAULT_ROUTES").as_deref() == Some("on"),
        })
    }
}
