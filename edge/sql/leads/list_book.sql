SELECT json_object(
  'id', id, 'captured_at', captured_at, 'stage', stage, 'cell', cell,
  'class', details ->> '$.assessment.domain_class', 'verdict', verdict,
  'answers', details -> '$.answers', 'observations', details -> '$.observations'
) AS lead
FROM leads WHERE id > ?1 ORDER BY id LIMIT ?2
