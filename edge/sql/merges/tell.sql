INSERT INTO events (id, lead_id, occurred_at, kind)
SELECT told.value ->> 'event_id', told.value ->> 'id', ?2, told.value ->> 'kind'
FROM json_each(?1) AS told
WHERE EXISTS (SELECT 1 FROM merges WHERE id = ?3 AND coalesce(undone_at, created_at) = ?2)
