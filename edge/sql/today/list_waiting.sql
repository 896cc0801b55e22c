SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads WHERE details ->> '$.waiting_since' > ''
ORDER BY details ->> '$.waiting_since' LIMIT ?1
