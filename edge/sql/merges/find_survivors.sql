SELECT m.merged_id, m.survivor_id
FROM json_each(?1) AS wanted
JOIN merges AS m ON m.merged_id = wanted.value ->> 'id'
WHERE m.undone_at IS NULL
