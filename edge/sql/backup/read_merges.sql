SELECT json_array(
  id, survivor_id, survivor_version, survivor_before, merged_id, merged, events, created_at,
  undone_at
) AS row, json_array(id) AS place
FROM merges WHERE id > ?1 ->> 0 ORDER BY id LIMIT ?2
