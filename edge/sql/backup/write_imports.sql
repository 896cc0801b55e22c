INSERT OR IGNORE INTO imports (
  id, name, lines, created_at, undone_at
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM json_each(?1)
