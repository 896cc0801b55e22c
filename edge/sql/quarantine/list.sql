SELECT id, form_id, received_at, reason, submission FROM quarantine ORDER BY id DESC LIMIT ?1
