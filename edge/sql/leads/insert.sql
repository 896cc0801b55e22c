INSERT INTO leads (
  id, form_id, idempotency_key, body_hash, captured_at, captured_day, updated_at, version,
  stage, cell, rank, fit, engagement, source, verdict, name, email, company, details
)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?5, 1, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17
WHERE NOT EXISTS (SELECT 1 FROM erased WHERE hash IN (SELECT value FROM json_each(?18)))
  AND NOT EXISTS (
    SELECT 1 FROM submission_counts
    WHERE day = ?6 AND network IN ('', ?19) AND form_id = ?2
      AND stored >= CASE network WHEN '' THEN ?21 ELSE ?20 END
  )
ON CONFLICT (form_id, idempotency_key) DO NOTHING
