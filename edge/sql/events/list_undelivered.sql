SELECT e.seq, e.id AS event_id, e.lead_id, e.occurred_at, e.kind,
  (SELECT min(f.seq) FROM events f WHERE f.lead_id = e.lead_id) AS first_seq,
  l.id, l.form_id, l.captured_at, l.updated_at, l.version, l.name, l.email, l.company, l.source,
  l.stage, l.cell, l.fit, l.engagement, l.verdict, l.details
FROM events e LEFT JOIN leads l ON l.id = e.lead_id
WHERE e.seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) ORDER BY e.seq LIMIT ?2
