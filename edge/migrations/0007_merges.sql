-- Two leads that were made one: both as they were, and the events that moved, so that it can be undone.
CREATE TABLE merges (
  id TEXT PRIMARY KEY,
  survivor_id TEXT NOT NULL,
  survivor_version INTEGER NOT NULL,
  survivor_before TEXT NOT NULL,
  merged_id TEXT NOT NULL,
  merged TEXT NOT NULL,
  events TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  undone_at INTEGER
) WITHOUT ROWID;
CREATE INDEX merges_by_survivor ON merges (survivor_id);
CREATE INDEX merges_by_merged ON merges (merged_id);
