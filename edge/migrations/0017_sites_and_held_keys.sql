-- A held submission is held once per form and key, and keeps what it takes to become its lead.
ALTER TABLE quarantine ADD COLUMN idempotency_key TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN site TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX quarantine_by_key ON quarantine (form_id, idempotency_key)
WHERE idempotency_key <> '';

-- Sites that show a form and are not on its list, for the owner to allow or block.
CREATE TABLE form_sites (
  form_id TEXT NOT NULL,
  origin TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  submissions INTEGER NOT NULL,
  PRIMARY KEY (form_id, origin)
) WITHOUT ROWID;
