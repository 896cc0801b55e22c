SELECT origin, first_at, last_at, starts, submissions FROM form_sites
WHERE form_id = ?1 ORDER BY origin LIMIT ?2
