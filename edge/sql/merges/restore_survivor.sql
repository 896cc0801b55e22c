UPDATE leads SET updated_at = ?2, version = leads.version + 1,
  stage = m.survivor_before ->> 'stage', cell = m.survivor_before ->> 'cell',
  rank = m.survivor_before ->> 'rank', fit = m.survivor_before ->> 'fit',
  engagement = m.survivor_before ->> 'engagement', source = m.survivor_before ->> 'source',
  verdict = m.survivor_before ->> 'verdict', name = m.survivor_before ->> 'name',
  email = m.survivor_before ->> 'email', company = m.survivor_before ->> 'company',
  details = m.survivor_before ->> 'details'
FROM merges AS m
WHERE m.id = ?1 AND m.undone_at IS NOT NULL
  AND leads.id = m.survivor_id AND leads.version = m.survivor_version
