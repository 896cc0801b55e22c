SELECT json_array(
  id, name, lines, created_at, undone_at
) AS row, json_array(id) AS place
FROM imports WHERE id > ?1 ->> 0 ORDER BY id LIMIT ?2
