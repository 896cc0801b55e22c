SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell, fit, engagement, verdict,
  details ->> '$.waiting_since' AS waiting_since, details -> '$.rejection' AS rejection
FROM leads WHERE id IN (
  SELECT lead_id FROM events
  WHERE seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) AND seq <= ?2
)
