SELECT json_array(
  id, definition, updated_at
) AS row, json_array(id) AS place
FROM forms WHERE id > ?1 ->> 0 ORDER BY id LIMIT ?2
