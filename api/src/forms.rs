//! Forms, as the owner sees them.

use plumbline_domain::form::{Form, SiteFinding};
use plumbline_domain::id::FormId;
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// Reads a published form.
#[derive(Clone, Debug)]
pub struct FindForm {
    /// Which.
    pub form_id: FormId,
}

impl Endpoint for FindForm {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/forms/:form_id";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Read a published form";
    type Body = NoBody;
    type Response = Form;
    fn path(&self) -> String {
        format!("/api/v1/forms/{}", self.form_id)
    }
}

/// The most sites of one form.
pub const ORIGINS_MAX: usize = 50;

/// Changes where a form may be embedded, and publishes it again.
#[derive(Clone, Debug)]
pub struct UpdateForm {
    /// Which.
    pub form_id: FormId,
}

impl Endpoint for UpdateForm {
    const METHOD: Method = Method::Patch;
    const ROUTE: &'static str = "/api/v1/forms/:form_id";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Set the sites of a form";
    type Body = FormChange;
    type Response = Form;
    fn path(&self) -> String {
        format!("/api/v1/forms/{}", self.form_id)
    }
}

/// What to change about a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FormChange {
    /// The origins that it stands on, such as `https://www.acme.co`, or `*` alone for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<String>>,
    /// The origins that may neither show it nor post to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_origins: Option<Vec<String>>,
}

/// Lists the sites that have shown a form and are neither listed nor blocked.
#[derive(Clone, Debug)]
pub struct ListSites {
    /// Which form.
    pub form_id: FormId,
}

impl Endpoint for ListSites {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/forms/:form_id/sites";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "List the sites that show a form without being on its list";
    type Body = NoBody;
    type Response = Sites;
    fn path(&self) -> String {
        format!("/api/v1/forms/{}/sites", self.form_id)
    }
}

/// The most sites that are counted for one form.
pub const SITES_MAX: u32 = 100;

/// Sites that are neither listed nor blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Sites {
    /// At most [`SITES_MAX`], by their origin.
    pub sites: Vec<UnlistedSite>,
}

/// A site that shows a form without being on its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct UnlistedSite {
    /// Its origin, as the browser named it; `null` is a page without one, such as a saved file.
    pub origin: String,
    /// When somebody began the form there first.
    pub first_at: Timestamp,
    /// When somebody did so last.
    pub last_at: Timestamp,
    /// How often the form was begun there.
    pub starts: u32,
    /// How often it was sent.
    pub submissions: u32,
}

/// Fetches a page and says whether the form works there.
#[derive(Clone, Copy, Debug)]
pub struct TestSite;

impl Endpoint for TestSite {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/site-tests";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Fetch a page and say whether the form works there";
    type Body = SiteTestRequest;
    type Response = SiteTest;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// Which page to test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SiteTestRequest {
    /// Which form.
    pub form_id: FormId,
    /// The address of the page, `http` or `https`.
    pub url: String,
}

/// What was found on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SiteTest {
    /// The page that answered, after any redirects.
    pub url: String,
    /// What was found, most important first.
    pub findings: Vec<SiteFinding>,
}
