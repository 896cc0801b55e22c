INSERT OR IGNORE INTO import_leads (
  import_id, lead_id, version, before, line
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, coalesce(value ->> 4, 0)
FROM json_each(?1)
