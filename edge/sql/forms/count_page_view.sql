INSERT INTO page_counts (day, form_id, page_path, page_title, views, starts)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET views = views + ?5, starts = starts + ?6, page_title = ?4
