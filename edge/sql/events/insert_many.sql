INSERT INTO events (id, lead_id, occurred_at, kind)
SELECT told.value ->> 'event_id', l.id, ?2, told.value ->> 'kind'
FROM json_each(?1) AS told
JOIN leads AS l ON l.id = told.value ->> 'id' AND l.version = told.value ->> 'version'
