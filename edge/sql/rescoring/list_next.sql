SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads WHERE id > (SELECT lead_id FROM rescoring WHERE one = 1)
ORDER BY id LIMIT ?1
