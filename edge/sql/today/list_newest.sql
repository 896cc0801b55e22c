SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM (SELECT * FROM leads WHERE id < 'g' ORDER BY id DESC LIMIT ?1)
WHERE stage <> 'customer' AND details ->> '$.rejection' IS NULL
ORDER BY rank DESC LIMIT ?2
