INSERT INTO mailbox_secrets (id, secret, created_at)
SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM mailbox_secrets)
