UPDATE merges SET survivor_version = survivor_version + 1
FROM json_each(?1) AS change
JOIN leads ON leads.id = change.value ->> 'id' AND leads.version = change.value ->> 'version'
  AND leads.updated_at = change.value ->> 'updated_at'
WHERE merges.survivor_id = change.value ->> 'id' AND merges.undone_at IS NULL
  AND merges.survivor_version = (change.value ->> 'version') - 1
