-- What says that two leads are one person: a mailbox, a number, a name at a company. Written after
-- the lead by the feed, or with it by an import; a lead's own list is in its details.
CREATE TABLE lead_keys (
  value TEXT NOT NULL,
  lead_id TEXT NOT NULL,
  PRIMARY KEY (value, lead_id)
) WITHOUT ROWID;

CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  lines INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  undone_at INTEGER
) WITHOUT ROWID;

-- What an import did to each lead: `before` holds the row as it was, nothing for a new one. An undo
-- takes back only what is still as the import left it, which `version` tells.
CREATE TABLE import_leads (
  import_id TEXT NOT NULL,
  lead_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  before TEXT,
  PRIMARY KEY (import_id, lead_id)
) WITHOUT ROWID;

-- Erasing a lead erases what it was before as well.
CREATE INDEX import_leads_by_lead ON import_leads (lead_id);

-- Whom no mail may reach, by mailbox.
-- Each file has its own word in it: undoing one leaves that of another.
CREATE TABLE suppressions (
  email_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  import_id TEXT NOT NULL,
  PRIMARY KEY (email_key, import_id)
) WITHOUT ROWID;
CREATE INDEX suppressions_by_import ON suppressions (import_id) WHERE import_id <> '';
