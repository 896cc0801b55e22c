SELECT s.rowid AS search_id, l.id, l.form_id, l.captured_at, l.updated_at, l.version, l.name,
  l.email, l.company, l.source, l.stage, l.cell, l.fit, l.engagement, l.verdict,
  l.details ->> '$.waiting_since' AS waiting_since, l.details -> '$.rejection' AS rejection
FROM lead_search s JOIN leads l ON l.id = s.lead_id
WHERE lead_search MATCH ?1 AND s.rowid < ?2 ORDER BY s.rowid DESC LIMIT ?3
