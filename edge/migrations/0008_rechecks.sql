-- Addresses grow old: the clock walks along the leads and looks at their domains again.
CREATE TABLE recheck_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), lead_id TEXT NOT NULL);
INSERT INTO recheck_cursor (one, lead_id) VALUES (1, '');

-- What came of it: how many addresses went from one verdict to another, or stayed, by day.
CREATE TABLE recheck_counts (
  day INTEGER NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  leads INTEGER NOT NULL,
  PRIMARY KEY (day, before, after)
) WITHOUT ROWID;
