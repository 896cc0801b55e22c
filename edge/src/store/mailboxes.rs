//! Mailboxes by a keyed hash: what is known of people of whom nothing else is to be kept.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use plumbline_domain::id::{FormId, IdempotencyKey, ImportId};
use plumbline_domain::import::SuppressionReason;
use plumbline_domain::time::Timestamp;
use worker::Result;

use super::row::Row;
use super::{Store, integer, text};
use crate::{crypto, statement};

/// How long an isolate remembers the secrets, in milliseconds: a state that is brought back adds its own.
const REMEMBERED_MS: i64 = 600_000;
/// How many addresses of before the clock hashes at a time.
const PLAIN_MAX: i64 = 200;

thread_local! {
    static REMEMBERED: RefCell<Option<(Timestamp, Rc<Hasher>)>> = const { RefCell::new(None) };
}

/// The secrets that mailboxes are hashed with, each with its id; the first is used for what is new.
#[derive(Debug)]
pub struct Hasher(Vec<(String, String)>);

impl Hasher {
    /// Returns the hash under which `mailbox` is written.
    pub fn hash(&self, mailbox: &str) -> String {
        self.hashes(mailbox).into_iter().next().unwrap_or_default()
    }

    /// Returns every hash under which `mailbox` may be found: the HMAC-SHA-256 of it with each secret, cut to
    /// 16 bytes, behind the secret's id.
    pub fn hashes(&self, mailbox: &str) -> Vec<String> {
        let hash = |(id, secret): &(String, String)| {
            format!("{id}.{}", crypto::hex(&crypto::signature(secret, mailbox)))
        };
        self.0.iter().map(hash).collect()
    }

    /// Returns the hashes of a form fill.
    pub fn hashes_of_fill(&self, form_id: &FormId, key: &IdempotencyKey) -> Vec<String> {
        self.hashes(&format!("{form_id}\n{}", key.as_str()))
    }
}

impl Store {
    /// Returns the secrets; makes the first one where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hasher(&self, now: Timestamp) -> Result<Rc<Hasher>> {
        let known = REMEMBERED.with_borrow(Clone::clone);
        if let Some((at, hasher)) = known
            && now.since(at) < REMEMBERED_MS
        {
            return Ok(hasher);
        }
        let mut secrets = self.list_secrets().await?;
        if secrets.is_empty() {
            let (id, secret) = (crypto::hex(&crypto::random::<4>()), crypto::random_secret());
            let values = [text(&id), text(&secret), integer(now.as_ms())];
            self.run(statement::MAILBOXES_INSERT_SECRET, &values).await?;
            // Another request may have been faster.
            secrets = self.list_secrets().await?;
        }
        let hasher = Rc::new(Hasher(secrets));
        REMEMBERED.with_borrow_mut(|known| *known = Some((now, hasher.clone())));
        Ok(hasher)
    }

    async fn list_secrets(&self) -> Result<Vec<(String, String)>> {
        let rows = self.all(statement::MAILBOXES_LIST_SECRETS, &[]).await?;
        rows.iter().map(|row| Ok((row.text("id")?, row.text("secret")?))).collect()
    }

    /// Forgets the secrets, since others were brought back.
    pub fn forget_secrets() {
        REMEMBERED.with_borrow_mut(|known| *known = None);
    }

    /// Keeps mail from mailboxes, those included that are no lead's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn suppress(
        &self,
        mailboxes: &[String],
        reason: SuppressionReason,
        import_id: Option<ImportId>,
        now: Timestamp,
    ) -> Result<()> {
        let hasher = self.hasher(now).await?;
        let hashes: Vec<_> = mailboxes.iter().map(|mailbox| hasher.hash(mailbox)).collect();
        let values = [
            text(&serde_json::to_string(&hashes)?),
            text(reason.as_str()),
            integer(now.as_ms()),
            text(&import_id.map(|id| id.to_string()).unwrap_or_default()),
        ];
        self.run(statement::SUPPRESSIONS_INSERT_MANY, &values).await.map(drop)
    }

    /// Returns which of some mailboxes no mail may reach, and why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_suppressed(
        &self,
        mailboxes: &[&str],
        now: Timestamp,
    ) -> Result<BTreeMap<String, SuppressionReason>> {
        let of = self.by_hash(mailboxes, now).await?;
        let wanted: Vec<&String> = of.keys().collect();
        let values = [text(&serde_json::to_string(&wanted)?)];
        let rows = self.all(statement::SUPPRESSIONS_FIND_MANY, &values).await?;
        let read = |row: &Row| {
            let mailbox = of.get(&row.text("mailbox")?).cloned().unwrap_or_default();
            Ok((mailbox, row.parsed("reason", SuppressionReason::parse)?))
        };
        rows.iter().map(read).collect()
    }

    /// Returns which of some mailboxes are those of erased people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_erased(
        &self,
        mailboxes: &[&str],
        now: Timestamp,
    ) -> Result<BTreeSet<String>> {
        let of = self.by_hash(mailboxes, now).await?;
        let found = self.find_erased_hashes(&of.keys().cloned().collect::<Vec<_>>()).await?;
        Ok(found.iter().filter_map(|hash| of.get(hash).cloned()).collect())
    }

    /// Returns which of some hashes are of what was erased.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_erased_hashes(&self, hashes: &[String]) -> Result<Vec<String>> {
        let values = [text(&serde_json::to_string(hashes)?)];
        let rows = self.all(statement::ERASED_FIND_MANY, &values).await?;
        rows.iter().map(|row| row.text("hash")).collect()
    }

    /// Returns each mailbox by everything it may be written as.
    async fn by_hash(
        &self,
        mailboxes: &[&str],
        now: Timestamp,
    ) -> Result<BTreeMap<String, String>> {
        let hasher = self.hasher(now).await?;
        let mut of = BTreeMap::new();
        for mailbox in mailboxes.iter().filter(|mailbox| !mailbox.is_empty()) {
            for hash in hasher.hashes(mailbox) {
                of.insert(hash, (*mailbox).to_owned());
            }
            of.insert((*mailbox).to_owned(), (*mailbox).to_owned());
        }
        Ok(of)
    }

    /// Hashes some of the addresses that were written before they were hashed.
    ///
    /// # Errors
    /// When the database fails; then they are hashed another time.
    pub async fn hash_plain_suppressions(&self, now: Timestamp) -> Result<()> {
        let rows = self.all(statement::SUPPRESSIONS_LIST_PLAIN, &[integer(PLAIN_MAX)]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let hasher = self.hasher(now).await?;
        let (mut hashed, mut plain) = (Vec::new(), Vec::new());
        for row in &rows {
            let mailbox = row.text("email_key")?;
            hashed.push(serde_json::to_string(&(
                hasher.hash(&mailbox),
                row.text("reason")?,
                row.time("created_at")?.as_ms(),
                row.text("import_id")?,
            ))?);
            plain.push(mailbox);
        }
        self.batch_changes(vec![
            self.prepare(
                statement::BACKUP_WRITE_SUPPRESSIONS,
                &[text(&serde_json::to_string(&hashed)?)],
            )?,
            self.prepare(
                statement::SUPPRESSIONS_ERASE_PLAIN,
                &[text(&serde_json::to_string(&plain)?)],
            )?,
        ])
        .await
        .map(drop)
    }
}
