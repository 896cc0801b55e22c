INSERT INTO quarantine (
  id, form_id, received_at, reason, submission, idempotency_key, country, site, mailbox
)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
WHERE NOT EXISTS (SELECT 1 FROM leads WHERE form_id = ?2 AND idempotency_key = ?6)
ON CONFLICT DO NOTHING
