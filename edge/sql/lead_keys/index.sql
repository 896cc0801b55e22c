INSERT OR IGNORE INTO lead_keys (value, lead_id)
SELECT k.value, l.id FROM leads l, json_each(l.details, '$.keys') k WHERE l.id IN (
  SELECT lead_id FROM events
  WHERE seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) AND seq <= ?2
)
