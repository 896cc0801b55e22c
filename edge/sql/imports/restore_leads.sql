UPDATE leads SET updated_at = ?3, version = leads.version + 1,
  stage = i.before ->> 'stage', cell = i.before ->> 'cell', rank = i.before ->> 'rank',
  fit = i.before ->> 'fit', engagement = i.before ->> 'engagement',
  verdict = i.before ->> 'verdict', name = i.before ->> 'name', email = i.before ->> 'email',
  company = i.before ->> 'company', details = i.before ->> 'details'
FROM json_each(?2) AS change
JOIN import_leads AS i ON i.import_id = ?1 AND i.lead_id = change.value ->> 'id'
WHERE leads.id = i.lead_id AND leads.version = i.version AND i.before IS NOT NULL
