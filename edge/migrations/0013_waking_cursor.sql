-- How far the clock has come in waking whoever was to be looked at again: nobody is passed over,
-- however many have the same day, and however long the clock stood still.
CREATE TABLE waking_cursor (
  one INTEGER PRIMARY KEY CHECK (one = 1), wake_at TEXT NOT NULL, lead_id TEXT NOT NULL
);
INSERT INTO waking_cursor (one, wake_at, lead_id) VALUES (1, '', '');
