//! Who the leads are, as the search for duplicates compares them.

use plumbline_domain::id::LeadId;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// The most leads of one call.
pub const PEOPLE_MAX: u32 = 2_000;

/// Reads who the leads are, in the order of their ids.
#[derive(Clone, Copy, Debug)]
pub struct ListPeople {
    /// The last lead of the page before; nothing for the first page.
    pub after: Option<LeadId>,
}

impl Endpoint for ListPeople {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/people";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Read who the leads are: what tells two of them apart";
    type Body = NoBody;
    type Response = People;
    fn path(&self) -> String {
        let after = self.after.map(|after| format!("?after={after}"));
        format!("{}{}", Self::ROUTE, after.unwrap_or_default())
    }
}

/// One lead, as far as it tells who somebody is. What is not known is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LeadPerson {
    /// The lead.
    pub id: LeadId,
    /// The name as it was given.
    pub name: String,
    /// The address as it was given.
    pub email: String,
    /// The company as it was given.
    pub company: String,
    /// One name for every spelling of the same mailbox.
    pub mailbox_key: String,
    /// Whether the mailbox is that of a function, which several people read.
    pub is_role: bool,
    /// The number, E.164.
    pub phone: String,
    /// Street and number.
    pub street: String,
    /// City.
    pub locality: String,
    /// Postal code.
    pub postcode: String,
    /// State or region.
    pub region: String,
}

/// A page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct People {
    /// At most [`PEOPLE_MAX`].
    pub people: Vec<LeadPerson>,
    /// Where this page ends, unless it is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<LeadId>,
}
