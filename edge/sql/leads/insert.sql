INSERT INTO leads (
  id, form_id, idempotency_key, body_hash, captured_at, captured_day, updated_at, version,
  stage, cell, rank, fit, engagement, source, verdict, name, email, company, details
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, 1, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
ON CONFLICT (form_id, idempotency_key) DO NOTHING
