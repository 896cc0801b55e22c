-- Whoever publishes a model signs it and says why.
ALTER TABLE scoring_models ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE scoring_models ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- Stored leads follow a new model a few at a time: up to where they have, NULL when all have.
CREATE TABLE rescoring (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  lead_id TEXT,
  looked_at INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
INSERT INTO rescoring (one, version, lead_id, looked_at, changed) VALUES (1, 1, NULL, 0, 0);

-- Whom somebody wanted to look at again, and when. Only rejected leads with a day are in it.
CREATE INDEX leads_by_wake ON leads (details ->> '$.rejection.wake_at')
WHERE details ->> '$.rejection.wake_at' IS NOT NULL;
