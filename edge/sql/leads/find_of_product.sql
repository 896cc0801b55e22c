SELECT wanted.value AS mailbox, l.id, l.form_id, l.captured_at, l.updated_at, l.version, l.name, l.email,
  l.company, l.source, l.stage, l.cell, l.fit, l.engagement, l.verdict, l.details
FROM json_each(?1) AS wanted
JOIN leads AS l ON l.form_id = 'product'
  AND l.idempotency_key >= wanted.value || '#' AND l.idempotency_key < wanted.value || '$'
