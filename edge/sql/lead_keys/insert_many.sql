INSERT OR IGNORE INTO lead_keys (value, lead_id)
SELECT k.value, l.id
FROM json_each(?1) AS wanted
JOIN leads AS l ON l.id = wanted.value ->> 'id'
JOIN json_each(l.details, '$.keys') AS k
