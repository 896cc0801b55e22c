SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell, fit, engagement, verdict, rank,
  details ->> '$.waiting_since' AS waiting_since, details -> '$.rejection' AS rejection
FROM leads WHERE (rank, id) < (?1, ?2) AND rank >= ?3 ORDER BY rank DESC, id DESC LIMIT ?4
