INSERT OR REPLACE INTO lead_search (rowid, lead_id, body, facets)
SELECT (SELECT min(e.seq) FROM events e WHERE e.lead_id = l.id), l.id,
  (
    -- The tokenizer folds accents; letters of their own are written a second time as people type them.
    SELECT said || CASE WHEN said GLOB '*[ŁłØøÆæŒœĐđßÞþ]*' THEN ' ' || replace(replace(replace(replace(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(said, 'Ł', 'l'), 'ł', 'l'),
      'Ø', 'o'), 'ø', 'o'), 'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'Đ', 'd'), 'đ', 'd'),
      'ß', 'ss'), 'Þ', 'th'), 'þ', 'th') ELSE '' END
    FROM (SELECT group_concat(value, ' ') AS said FROM json_each(l.details, '$.answers'))
  ),
  'xstage' || replace(l.stage, '_', '') || ' xcell' || lower(l.cell)
  || ' xsource' || replace(l.source, '_', '')
FROM leads l WHERE l.id IN (
  SELECT lead_id FROM events
  WHERE seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) AND seq <= ?2
)
