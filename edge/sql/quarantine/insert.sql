INSERT INTO quarantine (
  id, form_id, received_at, reason, submission, idempotency_key, country, site, mailbox
)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
WHERE NOT EXISTS (SELECT 1 FROM leads WHERE form_id = ?2 AND idempotency_key = ?6)
  AND NOT EXISTS (
    SELECT 1 FROM submission_counts
    WHERE day = ?10 AND network IN ('', ?11) AND form_id = ?2
      AND held >= CASE network WHEN '' THEN ?13 ELSE ?12 END
  )
ON CONFLICT DO NOTHING
