SELECT page_path, page_title, views, starts FROM page_counts WHERE day >= ?1 LIMIT ?2
