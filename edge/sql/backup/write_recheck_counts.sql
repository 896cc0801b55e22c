INSERT OR IGNORE INTO recheck_counts (
  day, before, after, leads
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
FROM json_each(?1)
