UPDATE leads SET updated_at = change.value ->> 'updated_at', version = change.value ->> 'version',
  stage = change.value ->> 'stage', cell = change.value ->> 'cell', rank = change.value ->> 'rank',
  fit = change.value ->> 'fit', engagement = change.value ->> 'engagement',
  verdict = change.value ->> 'verdict', name = change.value ->> 'name',
  email = change.value ->> 'email', company = change.value ->> 'company',
  details = change.value ->> 'details'
FROM json_each(?1) AS change
WHERE leads.id = change.value ->> 'id' AND leads.version = (change.value ->> 'version') - 1
