DELETE FROM lead_search WHERE rowid IN (
  SELECT (SELECT min(seq) FROM events WHERE lead_id = one.value)
  FROM merges AS m, json_each(json_array(m.survivor_id, m.merged_id)) AS one
  WHERE m.id = ?1 AND (m.undone_at IS NOT NULL) = ?2
)
