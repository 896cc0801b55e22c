INSERT OR IGNORE INTO leads (
  id, form_id, idempotency_key, body_hash, captured_at, captured_day, updated_at, version,
  stage, cell, rank, fit, engagement, source, verdict, name, email, company, details
)
SELECT merged ->> 'id', merged ->> 'form_id', merged ->> 'idempotency_key', merged ->> 'body_hash',
  merged ->> 'captured_at', merged ->> 'captured_day', merged ->> 'updated_at',
  merged ->> 'version', merged ->> 'stage', merged ->> 'cell', merged ->> 'rank',
  merged ->> 'fit', merged ->> 'engagement', merged ->> 'source', merged ->> 'verdict',
  merged ->> 'name', merged ->> 'email', merged ->> 'company', merged ->> 'details'
FROM merges WHERE id = ?1 AND undone_at IS NOT NULL
