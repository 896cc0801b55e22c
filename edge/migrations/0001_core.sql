-- Leads sort by their time-ordered id, so the newest-first list needs no index of its own.
-- WITHOUT ROWID: the row is stored once, in the primary key, and costs one written row.
CREATE TABLE leads (
  id TEXT PRIMARY KEY,
  form_id TEXT NOT NULL,
  -- One lead per form and key: this is what makes sending twice store once.
  idempotency_key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  captured_at INTEGER NOT NULL,
  captured_day INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  stage TEXT NOT NULL,
  cell TEXT NOT NULL,
  rank INTEGER NOT NULL,
  fit INTEGER NOT NULL,
  engagement INTEGER NOT NULL,
  source TEXT NOT NULL,
  verdict TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  company TEXT NOT NULL,
  details TEXT NOT NULL CHECK (json_valid(details)),
  UNIQUE (form_id, idempotency_key)
) WITHOUT ROWID;

-- The priority list and its filter by cell: every cell is one range of ranks.
CREATE INDEX leads_by_rank ON leads (rank);

-- The outbox, and the timeline of each lead. `seq` grows in the order of commits, so a consumer
-- keeps one number and misses nothing; a time-ordered id could be committed out of order.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  lead_id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (json_valid(kind))
);
CREATE INDEX events_by_lead ON events (lead_id);

-- How far each consumer of the outbox has come.
CREATE TABLE outbox_cursors (consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO outbox_cursors (consumer, seq) VALUES ('lead_feed', 0);

-- Full-text search. Its rowid is the seq of the lead's first event, so results come newest first
-- without sorting. `facets` holds stage, cell and source as words, for combined filters.
CREATE VIRTUAL TABLE lead_search USING fts5 (
  lead_id UNINDEXED, body, facets, tokenize = 'unicode61 remove_diacritics 2'
);

-- Counts, so that no screen ever counts leads. Triggers keep them equal to the table after any
-- history; they run inside the statement that changes a lead.
CREATE TABLE daily_counts (
  day INTEGER NOT NULL,
  source TEXT NOT NULL,
  cell TEXT NOT NULL,
  stage TEXT NOT NULL,
  leads INTEGER NOT NULL,
  PRIMARY KEY (day, source, cell, stage)
) WITHOUT ROWID;

CREATE TRIGGER leads_counted AFTER INSERT ON leads BEGIN
  INSERT INTO daily_counts (day, source, cell, stage, leads)
  VALUES (new.captured_day, new.source, new.cell, new.stage, 1)
  ON CONFLICT DO UPDATE SET leads = leads + 1;
END;

CREATE TRIGGER leads_uncounted AFTER DELETE ON leads BEGIN
  UPDATE daily_counts SET leads = leads - 1
  WHERE day = old.captured_day AND source = old.source AND cell = old.cell AND stage = old.stage;
END;

CREATE TRIGGER leads_recounted AFTER UPDATE OF source, cell, stage ON leads
WHEN old.source <> new.source OR old.cell <> new.cell OR old.stage <> new.stage BEGIN
  UPDATE daily_counts SET leads = leads - 1
  WHERE day = old.captured_day AND source = old.source AND cell = old.cell AND stage = old.stage;
  INSERT INTO daily_counts (day, source, cell, stage, leads)
  VALUES (new.captured_day, new.source, new.cell, new.stage, 1)
  ON CONFLICT DO UPDATE SET leads = leads + 1;
END;

-- Views and starts of a form, summed by day and page; no row per visit.
CREATE TABLE page_counts (
  day INTEGER NOT NULL,
  form_id TEXT NOT NULL,
  page_path TEXT NOT NULL,
  page_title TEXT NOT NULL,
  views INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  PRIMARY KEY (day, form_id, page_path)
) WITHOUT ROWID;

-- Suspected spam: kept for 30 days and never dropped unseen. No index: junk costs one row.
CREATE TABLE quarantine (
  id TEXT PRIMARY KEY,
  form_id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  answers TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE forms (
  id TEXT PRIMARY KEY,
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Versions are only ever added: a stored score can always be explained.
CREATE TABLE scoring_models (
  version INTEGER PRIMARY KEY,
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  published_at INTEGER NOT NULL
);

-- Secrets are stored as SHA-256 of themselves; they are random, so no salt is needed.
CREATE TABLE sign_in_links (
  token_hash TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  used_at INTEGER
) WITHOUT ROWID;

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_keys (
  secret_hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) WITHOUT ROWID;
