INSERT OR IGNORE INTO merges (
  id, survivor_id, survivor_version, survivor_before, merged_id, merged, events, created_at,
  undone_at
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
  value ->> 7, value ->> 8
FROM json_each(?1)
