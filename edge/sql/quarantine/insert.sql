INSERT INTO quarantine (id, form_id, received_at, reason, submission) VALUES (?1, ?2, ?3, ?4, ?5)
