SELECT json_array(
  day, form_id, page_path, page_title, views, starts
) AS row, json_array(day, form_id, page_path) AS place
FROM page_counts WHERE (day, form_id, page_path) > (CAST(?1 ->> 0 AS INTEGER), ?1 ->> 1, ?1 ->> 2) ORDER BY day, form_id, page_path LIMIT ?2
