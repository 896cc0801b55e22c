UPDATE merges SET undone_at = ?2
WHERE id = ?1 AND undone_at IS NULL
  AND survivor_version = (SELECT version FROM leads WHERE leads.id = merges.survivor_id)
  AND NOT EXISTS (
    SELECT 1 FROM leads AS again
    WHERE again.form_id = merges.merged ->> 'form_id'
      AND again.idempotency_key = merges.merged ->> 'idempotency_key'
  )
