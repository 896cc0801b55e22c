INSERT INTO merges (
  id, survivor_id, survivor_version, survivor_before, merged_id, merged, events, created_at
)
SELECT ?1, s.id, s.version + 1, json_object(
    'id', s.id, 'form_id', s.form_id, 'idempotency_key', s.idempotency_key,
    'body_hash', s.body_hash, 'captured_at', s.captured_at, 'captured_day', s.captured_day,
    'updated_at', s.updated_at, 'version', s.version, 'stage', s.stage, 'cell', s.cell,
    'rank', s.rank, 'fit', s.fit, 'engagement', s.engagement, 'source', s.source,
    'verdict', s.verdict, 'name', s.name, 'email', s.email, 'company', s.company,
    'details', s.details
  ), m.id, json_object(
    'id', m.id, 'form_id', m.form_id, 'idempotency_key', m.idempotency_key,
    'body_hash', m.body_hash, 'captured_at', m.captured_at, 'captured_day', m.captured_day,
    'updated_at', m.updated_at, 'version', m.version, 'stage', m.stage, 'cell', m.cell,
    'rank', m.rank, 'fit', m.fit, 'engagement', m.engagement, 'source', m.source,
    'verdict', m.verdict, 'name', m.name, 'email', m.email, 'company', m.company,
    'details', m.details
  ),
  (SELECT json_group_array(seq) FROM events WHERE lead_id = m.id), ?6
FROM leads AS s, leads AS m
WHERE s.id = ?2 AND s.version = ?3 AND m.id = ?4 AND m.version = ?5
