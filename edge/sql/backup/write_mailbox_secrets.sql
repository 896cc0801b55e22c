INSERT OR IGNORE INTO mailbox_secrets (id, secret, created_at)
SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)
