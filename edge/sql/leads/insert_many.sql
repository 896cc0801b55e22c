INSERT INTO leads (
  id, form_id, idempotency_key, body_hash, captured_at, captured_day, updated_at, version,
  stage, cell, rank, fit, engagement, source, verdict, name, email, company, details
)
SELECT value ->> 'id', value ->> 'form_id', value ->> 'key', '', value ->> 'captured_at',
  value ->> 'day', value ->> 'updated_at', value ->> 'version', value ->> 'stage', value ->> 'cell',
  value ->> 'rank', value ->> 'fit', value ->> 'engagement', value ->> 'source',
  value ->> 'verdict', value ->> 'name', value ->> 'email', value ->> 'company',
  value ->> 'details'
FROM json_each(?1) WHERE true
ON CONFLICT DO NOTHING
