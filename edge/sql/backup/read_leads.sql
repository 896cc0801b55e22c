SELECT json_array(
  id, form_id, idempotency_key, body_hash, captured_at, captured_day, updated_at, version,
  stage, cell, rank, fit, engagement, source, verdict, name, email, company, details
) AS row, json_array(id) AS place
FROM leads WHERE id > ?1 ->> 0 ORDER BY id LIMIT ?2
