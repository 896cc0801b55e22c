SELECT i.lead_id, i.line
FROM json_each(?2) AS wanted
JOIN import_leads AS i ON i.import_id = ?1 AND i.lead_id = wanted.value ->> 'id'
WHERE i.before IS NOT NULL
