SELECT id, form_id, received_at, reason, submission, idempotency_key, country, site FROM quarantine ORDER BY id DESC LIMIT ?1
