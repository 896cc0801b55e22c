SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads
WHERE details ->> '$.review.until' IS NOT NULL AND details ->> '$.review.until' <= ?1
ORDER BY details ->> '$.review.until' LIMIT ?2
