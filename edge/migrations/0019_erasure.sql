-- Whom no mail may reach, and who was erased, are known by a keyed hash of their mailbox alone. The key is
-- made by the first request that needs one. It is a row like any other, so that a state that is brought back
-- elsewhere still knows them.
CREATE TABLE mailbox_secrets (
  id TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The mailboxes of erased people, and the form fills that their leads were made from: no file and no replay
-- brings them back.
CREATE TABLE erased (
  hash TEXT PRIMARY KEY,
  erased_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Addresses from before, until the clock has hashed them.
ALTER TABLE suppressions RENAME TO plain_suppressions;
DROP INDEX suppressions_by_import;
CREATE TABLE suppressions (
  mailbox TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  import_id TEXT NOT NULL,
  PRIMARY KEY (mailbox, import_id)
) WITHOUT ROWID;
CREATE INDEX suppressions_by_import ON suppressions (import_id) WHERE import_id <> '';

-- Whose a held submission is, hashed alike, so that erasing a person finds it.
ALTER TABLE quarantine ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';

-- Without this, an erased word only counts as deleted and stays in the index.
INSERT INTO lead_search (lead_search, rank) VALUES ('secure-delete', 1);
INSERT INTO lead_search (lead_search) VALUES ('rebuild');

-- A page's path or title may have held an address; it is no more kept.
DELETE FROM page_counts WHERE instr(page_path || page_title, '@') > 0 OR instr(page_path, '%40') > 0;
