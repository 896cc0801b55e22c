UPDATE merges SET survivor_version = undone.survivor_version + 1
FROM merges AS undone
WHERE undone.id = ?1 AND undone.undone_at IS NOT NULL
  AND merges.survivor_id = undone.survivor_id AND merges.undone_at IS NULL
  AND merges.survivor_version = undone.survivor_before ->> 'version'
