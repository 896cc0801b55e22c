SELECT id, cell, body_hash FROM leads WHERE form_id = ?1 AND idempotency_key = ?2
