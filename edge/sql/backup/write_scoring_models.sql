INSERT OR REPLACE INTO scoring_models (
  version, definition, published_at, author, note
)
SELECT value ->> 0, value ->> 1, value ->> 2, coalesce(value ->> 3, ''), coalesce(value ->> 4, '')
FROM json_each(?1)
