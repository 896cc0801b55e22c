//! The tables of the deployment, read once per isolate.

use std::rc::Rc;

use plumbline_domain::email::Lists;

use crate::assets;
use crate::bindings::Bindings;

/// What lists know of domains and mailboxes.
pub struct Tables {
    disposable_domains: Rc<str>,
    disposable_hosts: Rc<str>,
    roles: Rc<str>,
    top_level_domains: Rc<str>,
}

impl Tables {
    /// Reads every table. One that is missing is empty: a deployment without it still takes leads
    /// and only knows less about them.
    pub async fn read(bindings: &Bindings) -> Self {
        let table = async |path| assets::text(bindings, path).await.unwrap_or_default();
        let (disposable_domains, disposable_hosts, roles, top_level_domains) = futures_util::join!(
            table("/lists/disposable_domains.txt"),
            table("/lists/disposable_hosts.txt"),
            table("/lists/roles.txt"),
            table("/lists/top_level_domains.txt"),
        );
        Self { disposable_domains, disposable_hosts, roles, top_level_domains }
    }

    /// Returns the tables for the core.
    pub fn lists(&self) -> Lists<'_> {
        Lists {
            disposable_domains: &self.disposable_domains,
            disposable_hosts: &self.disposable_hosts,
            roles: &self.roles,
            top_level_domains: &self.top_level_domains,
        }
    }
}
