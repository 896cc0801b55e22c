SELECT id, secret FROM mailbox_secrets ORDER BY created_at, id
