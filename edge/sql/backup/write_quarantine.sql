INSERT OR IGNORE INTO quarantine (
  id, form_id, received_at, reason, submission
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM json_each(?1)
