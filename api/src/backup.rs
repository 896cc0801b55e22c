//! The whole state, table by table: taken away, and brought back into an empty deployment.

use plumbline_domain::named;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, encoded};

/// The most rows of one call.
pub const ROWS_MAX: u32 = 200;
/// The longest body of one call, in bytes.
pub const ROWS_BYTES_MAX: usize = 2 * 1024 * 1024;

named! {
    /// A table of the backup. Sessions, links and keys are not among them: whoever brings a state
    /// back signs in anew. What can be computed from the others is not either.
    pub enum BackupTable {
        /// What mailboxes are hashed with.
        MailboxSecrets = "mailbox_secrets",
        /// Who was erased, as hashes.
        Erased = "erased",
        /// Every version of the scoring model.
        ScoringModels = "scoring_models",
        /// The forms.
        Forms = "forms",
        /// What happened to the leads.
        Events = "events",
        /// The leads.
        Leads = "leads",
        /// What is held back.
        Quarantine = "quarantine",
        /// Views and starts of pages.
        PageCounts = "page_counts",
        /// Imports.
        Imports = "imports",
        /// What imports have changed.
        ImportLeads = "import_leads",
        /// Whom no mail may reach.
        Suppressions = "suppressions",
        /// Merges that can be undone.
        Merges = "merges",
        /// What came of looking at addresses again.
        RecheckCounts = "recheck_counts",
    }
}

impl BackupTable {
    /// Returns the names of its columns, in the order of a row.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::ScoringModels => &["version", "definition", "published_at", "author", "note"],
            Self::MailboxSecrets => &["id", "secret", "created_at"],
            Self::Erased => &["hash", "erased_at"],
            Self::Forms => &["id", "definition", "updated_at"],
            Self::Events => &["seq", "id", "lead_id", "occurred_at", "kind"],
            Self::Leads => &[
                "id",
                "form_id",
                "idempotency_key",
                "body_hash",
                "captured_at",
                "captured_day",
                "updated_at",
                "version",
                "stage",
                "cell",
                "rank",
                "fit",
                "engagement",
                "source",
                "verdict",
                "name",
                "email",
                "company",
                "details",
            ],
            Self::Quarantine => &[
                "id",
                "form_id",
                "received_at",
                "reason",
                "submission",
                "idempotency_key",
                "country",
                "site",
            ],
            Self::PageCounts => &["day", "form_id", "page_path", "page_title", "views", "starts"],
            Self::Imports => &["id", "name", "lines", "created_at", "undone_at"],
            Self::ImportLeads => &["import_id", "lead_id", "version", "before", "line"],
            Self::Merges => &[
                "id",
                "survivor_id",
                "survivor_version",
                "survivor_before",
                "merged_id",
                "merged",
                "events",
                "created_at",
                "undone_at",
            ],
            Self::RecheckCounts => &["day", "before", "after", "leads"],
            Self::Suppressions => &["mailbox", "reason", "created_at", "import_id"],
        }
    }
}

/// Reads rows of a table, in the order of its key.
#[derive(Clone, Debug)]
pub struct ReadBackup {
    /// Which table.
    pub table: BackupTable,
    /// Where the page before ended; nothing for the first.
    pub after: Option<String>,
}

impl Endpoint for ReadBackup {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/backup/:table";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Read rows of a table of the whole state";
    type Body = NoBody;
    type Response = BackupPage;
    fn path(&self) -> String {
        let after = self.after.as_deref().map(|after| format!("?after={}", encoded(after)));
        format!("/api/v1/backup/{}{}", self.table.as_str(), after.unwrap_or_default())
    }
}

/// Rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct BackupPage {
    /// Each a JSON array of its columns, in a text.
    pub rows: Vec<String>,
    /// Where this page ends, unless it is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Brings rows of a table back. A row whose key is there stays as it is, so that it can be sent twice;
/// forms and scoring models are replaced.
#[derive(Clone, Copy, Debug)]
pub struct WriteBackup {
    /// Which table.
    pub table: BackupTable,
}

impl Endpoint for WriteBackup {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/backup/:table";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str =
        "Bring rows of a table back; what is there stays, and what does not fit is left out";
    type Body = BackupRows;
    type Response = RestoredRows;
    fn path(&self) -> String {
        format!("/api/v1/backup/{}", self.table.as_str())
    }
}

/// Rows to bring back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BackupRows {
    /// At most [`ROWS_MAX`], each as [`BackupPage`] has it.
    pub rows: Vec<String>,
}

/// What became of rows that were brought back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RestoredRows {
    /// Rows that are none of this table's, or break its limits; all others are back.
    pub left_out: Vec<LeftOutRow>,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LeftOutRow {
    /// Which of the rows that were sent, from 0.
    pub number: usize,
    /// The first column that does not fit, or `row` where its columns are others.
    pub column: String,
}

/// Says that every table is back: counts and search are made from them.
#[derive(Clone, Copy, Debug)]
pub struct FinishRestore;

impl Endpoint for FinishRestore {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/backup";
    const ACCESS: Access = Access::Owner;
    const SUMMARY: &'static str = "Say that every table is back, so that search is built anew";
    type Body = NoBody;
    type Response = NoBody;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}
