//! Who may come in: sign-in links, sessions and API keys, each stored as a hash of its secret.

use std::collections::BTreeSet;

use plumbline_api::Scope;
use plumbline_api::api_keys::ApiKey;
use plumbline_domain::id::ApiKeyId;
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::{Store, integer, text};
use crate::statement;

/// The most keys listed.
const KEYS_MAX: i64 = 200;

impl Store {
    /// Uses up a sign-in link made after `not_before` and opens a session, both or neither.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_session(
        &self,
        link_hash: &str,
        session_hash: &str,
        now: Timestamp,
        not_before: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let values = [text(link_hash), integer(now.as_ms()), integer(not_before.as_ms())];
        let link = self.prepare(statement::SESSIONS_USE_LINK, &values)?;
        let values = [text(session_hash), integer(now.as_ms()), integer(expires_at.as_ms())];
        let session = self.prepare(statement::SESSIONS_OPEN, &values)?;
        let changes = self.batch_changes(vec![link, session]).await?;
        Ok(changes.get(1).is_some_and(|rows| *rows > 0))
    }

    /// Forgets sessions that have ended, and links that were made before `links_before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_ended_access(&self, now: Timestamp, links_before: Timestamp) -> Result<()> {
        let sessions = self.prepare(statement::SESSIONS_ERASE_ENDED, &[integer(now.as_ms())])?;
        let links =
            self.prepare(statement::SESSIONS_ERASE_LINKS, &[integer(links_before.as_ms())])?;
        self.batch_changes(vec![sessions, links]).await.map(drop)
    }

    /// Returns when a session ends, or `None` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_session(&self, hash: &str, now: Timestamp) -> Result<Option<Timestamp>> {
        let values = [text(hash), integer(now.as_ms())];
        let row = self.first(statement::SESSIONS_FIND, &values).await?;
        row.map(|row| row.time("expires_at")).transpose()
    }

    /// Returns which of these sessions and keys, by their hashes, still open anything, and when the first
    /// of them ends by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_open(
        &self,
        hashes: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<(BTreeSet<String>, Option<Timestamp>)> {
        let values = [text(&serde_json::to_string(hashes)?), integer(now.as_ms())];
        let rows = self.all(statement::SESSIONS_LIST_OPEN, &values).await?;
        let ends = rows.iter().filter_map(|row| row.optional_integer("ends_at")).min();
        let open = rows.iter().map(|row| row.text("hash")).collect::<Result<_>>()?;
        Ok((open, ends.map(Timestamp::from_ms)))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_session(&self, hash: &str) -> Result<()> {
        self.run(statement::SESSIONS_CLOSE, &[text(hash)]).await.map(drop)
    }

    /// Stores a new key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_api_key(&self, key: &ApiKey, secret_hash: &str) -> Result<()> {
        let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let values = [
            text(secret_hash),
            text(&key.id.to_string()),
            text(&key.name),
            text(&scopes.join(" ")),
            integer(key.created_at.as_ms()),
        ];
        self.run(statement::API_KEYS_INSERT, &values).await.map(drop)
    }

    /// Returns what a working key may do, or `None` when there is no such key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_api_key(&self, secret_hash: &str) -> Result<Option<Vec<Scope>>> {
        let row = self.first(statement::API_KEYS_FIND, &[text(secret_hash)]).await?;
        row.map(|row| row.parsed("scopes", scopes)).transpose()
    }

    /// Returns every key, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_api_keys(&self) -> Result<Vec<ApiKey>> {
        let rows = self.all(statement::API_KEYS_LIST, &[integer(KEYS_MAX)]).await?;
        let mut keys: Vec<ApiKey> = Vec::new();
        for row in rows {
            let key = ApiKey {
                id: row.parsed("id", |text| ApiKeyId::parse(text).ok())?,
                scopes: row.parsed("scopes", scopes)?,
                name: row.text("name")?,
                created_at: row.time("created_at")?,
                revoked_at: row.optional_integer("revoked_at").map(Timestamp::from_ms),
            };
            let place = keys.partition_point(|known| known.created_at >= key.created_at);
            keys.insert(place, key);
        }
        Ok(keys)
    }

    /// Ends a key; returns whether it worked until now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_api_key(&self, id: ApiKeyId, now: Timestamp) -> Result<bool> {
        let values = [text(&id.to_string()), integer(now.as_ms())];
        Ok(self.run(statement::API_KEYS_REVOKE, &values).await? > 0)
    }
}

/// A scope that this version does not know opens nothing.
fn scopes(text: &str) -> Option<Vec<Scope>> {
    Some(text.split(' ').filter_map(Scope::parse).collect())
}
