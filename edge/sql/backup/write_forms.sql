INSERT OR REPLACE INTO forms (
  id, definition, updated_at
)
SELECT value ->> 0, value ->> 1, value ->> 2
FROM json_each(?1)
