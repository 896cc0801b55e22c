SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell, fit, engagement, verdict,
  details ->> '$.waiting_since' AS waiting_since, details -> '$.rejection' AS rejection
FROM leads WHERE id < ?1 ORDER BY id DESC LIMIT ?2
