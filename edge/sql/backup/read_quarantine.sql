SELECT json_array(
  id, form_id, received_at, reason, submission, idempotency_key, country, site
) AS row, json_array(id) AS place
FROM quarantine WHERE id > ?1 ->> 0 ORDER BY id LIMIT ?2
