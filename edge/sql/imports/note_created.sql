INSERT OR IGNORE INTO import_leads (import_id, lead_id, version)
SELECT ?1, l.id, l.version
FROM json_each(?2) AS made
JOIN leads AS l ON l.id = made.value ->> 'id'
