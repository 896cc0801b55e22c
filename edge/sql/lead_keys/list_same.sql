SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell, fit, engagement, verdict
FROM leads WHERE id IN (
  SELECT other.lead_id FROM leads AS l
  JOIN json_each(l.details, '$.keys') AS k
  JOIN lead_keys AS other ON other.value = k.value
  WHERE l.id = ?1 AND other.lead_id <> ?1
) LIMIT ?2
