//! Forms, as the owner sees them.

use plumbline_domain::form::Form;
use plumbline_domain::id::FormId;
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
    const SUMMARY: &'static str = "Set the sites that may embed a form";
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
    /// The origins that may embed it, such as `https://www.acme.co`, or `*` alone for any.
    pub allowed_origins: Vec<String>,
}
