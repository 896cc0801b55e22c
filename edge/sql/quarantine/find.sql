SELECT id, form_id, received_at, reason, submission FROM quarantine WHERE id = ?1
