UPDATE merges SET undone_at = ?2
WHERE id = ?1 AND undone_at IS NULL
  AND survivor_version = (SELECT version FROM leads WHERE leads.id = merges.survivor_id)
