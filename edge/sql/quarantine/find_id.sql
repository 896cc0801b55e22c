SELECT id FROM quarantine WHERE form_id = ?1 AND idempotency_key = ?2 AND idempotency_key <> ''
UNION ALL
SELECT id FROM leads WHERE form_id = ?1 AND idempotency_key = ?2
LIMIT 1
