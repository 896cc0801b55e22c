INSERT OR IGNORE INTO quarantine (
  id, form_id, received_at, reason, submission, idempotency_key, country, site
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
  coalesce(value ->> 5, ''), coalesce(value ->> 6, ''), coalesce(value ->> 7, '')
FROM json_each(?1)
