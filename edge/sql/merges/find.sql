SELECT survivor_id, survivor_version, merged_id, merged ->> 'version' AS merged_version
FROM merges WHERE id = ?1 AND undone_at IS NULL
