SELECT email_key, reason, created_at, import_id FROM plain_suppressions LIMIT ?1
