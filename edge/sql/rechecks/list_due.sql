SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads
WHERE id > (SELECT lead_id FROM recheck_cursor WHERE one = 1)
  AND id <= coalesce((
    SELECT max(id) FROM (
      SELECT id FROM leads WHERE id > (SELECT lead_id FROM recheck_cursor WHERE one = 1)
      ORDER BY id LIMIT ?1
    )
  ), '')
  AND email <> ''
  AND details ->> '$.assessment.checked_at' < iif(verdict = 'unknown', ?2, ?3)
ORDER BY id LIMIT ?4
