INSERT INTO import_leads (import_id, lead_id, version, line, before)
SELECT ?1, l.id, l.version + 1, change.value ->> 'key', json_object(
  'stage', l.stage, 'cell', l.cell, 'rank', l.rank, 'fit', l.fit, 'engagement', l.engagement,
  'verdict', l.verdict, 'name', l.name, 'email', l.email, 'company', l.company,
  'details', l.details
)
FROM json_each(?2) AS change
JOIN leads AS l ON l.id = change.value ->> 'id' AND l.version = (change.value ->> 'version') - 1
WHERE true
ON CONFLICT DO UPDATE SET version = excluded.version
