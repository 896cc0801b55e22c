SELECT id, form_id, received_at, reason, submission, idempotency_key, country, site FROM quarantine
WHERE id < ?2 ORDER BY id DESC LIMIT ?1
