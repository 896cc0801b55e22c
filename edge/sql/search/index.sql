INSERT OR REPLACE INTO lead_search (rowid, lead_id, body, facets)
SELECT (SELECT min(e.seq) FROM events e WHERE e.lead_id = l.id), l.id,
  (SELECT group_concat(value, ' ') FROM json_each(l.details, '$.answers')),
  'xstage' || replace(l.stage, '_', '') || ' xcell' || lower(l.cell)
  || ' xsource' || replace(l.source, '_', '')
FROM leads l WHERE l.id IN (
  SELECT lead_id FROM events
  WHERE seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) AND seq <= ?2
)
