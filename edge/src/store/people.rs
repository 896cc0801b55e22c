//! People: the leads as the search for duplicates reads them.

use plumbline_api::people::{LeadPerson, PEOPLE_MAX, People};
use plumbline_domain::id::LeadId;
use worker::Result;

use super::{Store, integer, text};
use crate::statement;

impl Store {
    /// Returns the people that follow `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_people(&self, after: Option<LeadId>) -> Result<People> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let values = [text(&after), integer(i64::from(PEOPLE_MAX))];
        let rows = self.all(statement::LEADS_LIST_PEOPLE, &values).await?;
        let people: Vec<LeadPerson> =
            rows.iter().map(|row| row.json("person")).collect::<Result<_>>()?;
        let last = people.last().filter(|_| people.len() == PEOPLE_MAX as usize);
        Ok(People { next: last.map(|person| person.id), people })
    }
}
