//! Leads and suppressions from files: opened as one import, sent in parts, undone as a whole.

use std::collections::BTreeMap;

use plumbline_domain::field_error::FieldError;
use plumbline_domain::id::{ImportId, LeadId};
use plumbline_domain::import::{ImportAction, ImportLine, SuppressionReason};
use plumbline_domain::named;
use plumbline_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Endpoint, Method, NoBody, Scope};

/// The most lines of one call.
pub const LINES_MAX: usize = 500;
/// The longest body of one call, in bytes.
pub const LINES_BYTES_MAX: usize = 1024 * 1024;
/// The most lines of one import.
pub const IMPORT_LINES_MAX: u32 = 100_000;
/// The longest name of an import, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// How many imports are listed.
pub const IMPORTS_MAX: u32 = 50;

/// Opens an import.
#[derive(Clone, Copy, Debug)]
pub struct OpenImport;

impl Endpoint for OpenImport {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/imports";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Open an import, to send its lines to";
    type Body = ImportRequest;
    type Response = Import;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// What to import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// What to call it, most often the name of a file.
    pub name: String,
    /// How many lines it has, at most [`IMPORT_LINES_MAX`].
    pub lines: u32,
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Import {
    /// Its identity.
    pub id: ImportId,
    /// What it is called.
    pub name: String,
    /// How many lines it has.
    pub lines: u32,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Timestamp>,
}

/// Lists the newest imports.
#[derive(Clone, Copy, Debug)]
pub struct ListImports;

impl Endpoint for ListImports {
    const METHOD: Method = Method::Get;
    const ROUTE: &'static str = "/api/v1/imports";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "List imports, newest first";
    type Body = NoBody;
    type Response = Imports;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// The newest imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Imports {
    /// At most [`IMPORTS_MAX`].
    pub imports: Vec<Import>,
}

/// Says what lines would become, and changes nothing.
#[derive(Clone, Copy, Debug)]
pub struct CheckLines;

impl Endpoint for CheckLines {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/import-checks";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Say what up to 250 lines would become, and change nothing";
    type Body = ImportLines;
    type Response = LineOutcomes;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// Imports lines. Sent twice they are imported once.
#[derive(Clone, Copy, Debug)]
pub struct ImportSome {
    /// The import they belong to.
    pub import_id: ImportId,
}

impl Endpoint for ImportSome {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/imports/:import_id/lines";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Import up to 250 lines; sent twice they are imported once";
    type Body = ImportLines;
    type Response = LineOutcomes;
    fn path(&self) -> String {
        format!("/api/v1/imports/{}/lines", self.import_id)
    }
}

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportLines {
    /// At most [`LINES_MAX`], in the order of the file.
    pub lines: Vec<ImportLine>,
    /// Given for a list of addresses that no mail may reach: then no line becomes a lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppress: Option<SuppressionReason>,
}

/// What each line became or would become, in the order asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LineOutcomes {
    /// One for each line.
    pub outcomes: Vec<LineOutcome>,
}

/// What one line became or would become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LineOutcome {
    /// The line, as it was numbered.
    pub line: u32,
    /// What became of it.
    pub action: ImportAction,
    /// The lead, unless the line is wrong or a suppression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<LeadId>,
    /// What is wrong: of a line that became or would become something, the cells that were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What can be used and is worth a look, where the line was only checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<LineDoubt>,
    /// What an update changes, where the line was only checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<AnswerChange>,
    /// Why no mail may reach the mailbox, before the import and after it; where the line was only checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<SuppressionReason>,
}

/// Something that a check doubts and nobody has to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LineDoubt {
    /// What is doubted.
    pub kind: DoubtKind,
    /// The domain that was probably meant, for a typo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

named! {
    /// What a check doubts.
    pub enum DoubtKind {
        /// The domain of the address looks like a slip of another.
        Typo = "typo",
        /// The address is disposable.
        Disposable = "disposable",
        /// The phone number is none that can be dialed.
        Phone = "phone",
        /// The line says yes to email, and the lead has said no: that stays.
        SaidNo = "said_no",
        /// The person was erased; nothing of the line is taken.
        Erased = "erased",
    }
}

/// What an import changes of one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AnswerChange {
    /// The name of the answer; `stage` and `note` are named so too.
    pub field: String,
    /// What it is; empty where there is none.
    pub before: String,
    /// What it would be.
    pub after: String,
}

/// Takes back a part of an import; called again until nothing remains.
#[derive(Clone, Copy, Debug)]
pub struct UndoImport {
    /// Which.
    pub import_id: ImportId,
}

impl Endpoint for UndoImport {
    const METHOD: Method = Method::Delete;
    const ROUTE: &'static str = "/api/v1/imports/:import_id";
    const ACCESS: Access = Access::Scoped(Scope::LeadsWrite);
    const SUMMARY: &'static str = "Take back up to 250 leads of an import; call until none remain";
    type Body = NoBody;
    type Response = UndoneImport;
    fn path(&self) -> String {
        format!("/api/v1/imports/{}", self.import_id)
    }
}

/// What one call of [`UndoImport`] took back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct UndoneImport {
    /// Leads that are as they were before, or gone if they were new.
    pub undone: u32,
    /// Leads that somebody has changed since, which stay as they are.
    pub kept: u32,
    /// Whether there is more to take back.
    pub remains: bool,
}

/// The most mailboxes of one check.
pub const MAILBOXES_MAX: usize = 500;

/// Asks which mailboxes no mail may reach. They are stored as keyed hashes, so nobody can list them.
#[derive(Clone, Copy, Debug)]
pub struct CheckSuppressions;

impl Endpoint for CheckSuppressions {
    const METHOD: Method = Method::Post;
    const ROUTE: &'static str = "/api/v1/suppression-checks";
    const ACCESS: Access = Access::Scoped(Scope::LeadsRead);
    const SUMMARY: &'static str = "Ask which mailboxes no mail may reach";
    type Body = SuppressionQuestion;
    type Response = Suppressed;
    fn path(&self) -> String {
        Self::ROUTE.to_owned()
    }
}

/// Mailboxes to ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SuppressionQuestion {
    /// At most [`MAILBOXES_MAX`], each as `mailbox_key` of a lead has it.
    pub mailboxes: Vec<String>,
}

/// Those of them that no mail may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Suppressed {
    /// Why, by mailbox.
    pub suppressed: BTreeMap<String, SuppressionReason>,
}
