INSERT OR IGNORE INTO page_counts (
  day, form_id, page_path, page_title, views, starts
)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM json_each(?1)
