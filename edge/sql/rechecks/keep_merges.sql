UPDATE merges SET survivor_version = survivor_version + 1
FROM json_each(?1) AS change
WHERE merges.survivor_id = change.value ->> 'id' AND merges.undone_at IS NULL
  AND merges.survivor_version = (change.value ->> 'version') - 1
