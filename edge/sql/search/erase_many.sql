DELETE FROM lead_search WHERE rowid IN (
  SELECT (SELECT min(seq) FROM events WHERE lead_id = told.value ->> 'id')
  FROM json_each(?1) AS told
  JOIN leads AS l ON l.id = told.value ->> 'id' AND l.version = told.value ->> 'version'
)
