INSERT OR IGNORE INTO suppressions (
  mailbox, reason, created_at, import_id
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
FROM json_each(?1)
