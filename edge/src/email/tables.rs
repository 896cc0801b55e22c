//! The tables of the deployment, read once per isolate.

use std::rc::Rc;

use plumbline_domain::email::Lists;

use crate::assets;
use crate::bindings::Bindings;

/// The files, in the order of [`Tables`].
const PATHS: [&str; 4] = [
    "/lists/disposable_domains.txt",
    "/lists/disposable_hosts.txt",
    "/lists/roles.txt",
    "/lists/top_level_domains.txt",
];

/// What lists know of domains and mailboxes.
#[derive(Default)]
pub struct Tables([Rc<str>; 4]);

impl Tables {
    /// Reads every table. One that is missing is empty: a deployment without it still takes leads
    /// and only knows less about them.
    pub async fn read(bindings: &Bindings) -> Self {
        let mut tables = Self::default();
        for (table, path) in tables.0.iter_mut().zip(PATHS) {
            *table = assets::text(bindings, path).await.unwrap_or_default();
        }
        tables
    }

    /// Returns the tables for the core.
    pub fn lists(&self) -> Lists<'_> {
        let Self([disposable_domains, disposable_hosts, roles, top_level_domains]) = self;
        Lists { disposable_domains, disposable_hosts, roles, top_level_domains }
    }
}
