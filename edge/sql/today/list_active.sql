SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads
WHERE id IN (SELECT lead_id FROM (SELECT lead_id FROM events WHERE seq > 0 ORDER BY seq DESC LIMIT ?1))
LIMIT ?2
