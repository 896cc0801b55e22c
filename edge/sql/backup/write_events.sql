INSERT OR IGNORE INTO events (
  seq, id, lead_id, occurred_at, kind
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM json_each(?1)
