INSERT OR REPLACE INTO scoring_models (
  version, definition, published_at
)
SELECT value ->> 0, value ->> 1, value ->> 2
FROM json_each(?1)
