SELECT l.id, l.form_id, l.captured_at, l.updated_at, l.version, l.name, l.email, l.company, l.source,
  l.stage, l.cell, l.fit, l.engagement, l.verdict, l.details
FROM (
  SELECT lead_id, max(seq) AS last
  FROM (SELECT seq, lead_id, kind FROM events WHERE seq > 0 ORDER BY seq DESC LIMIT ?1)
  WHERE kind NOT LIKE '{"score.changed"%' GROUP BY lead_id
) AS told
JOIN leads AS l ON l.id = told.lead_id
WHERE l.stage <> 'customer' AND l.details ->> '$.rejection' IS NULL
ORDER BY told.last DESC LIMIT ?2
