SELECT page_path, max(page_title) AS page_title, sum(views) AS views, sum(starts) AS starts
FROM page_counts WHERE day >= ?1
GROUP BY page_path ORDER BY views DESC, page_path LIMIT ?2
