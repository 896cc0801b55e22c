INSERT OR IGNORE INTO suppressions (mailbox, reason, created_at, import_id)
SELECT value, ?2, ?3, ?4 FROM json_each(?1)
