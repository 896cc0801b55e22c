SELECT e.seq, e.id, e.lead_id, e.occurred_at, e.kind,
  (SELECT min(f.seq) FROM events f WHERE f.lead_id = e.lead_id) AS first_seq
FROM events e
WHERE e.seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) ORDER BY e.seq LIMIT ?2
