UPDATE recheck_cursor SET lead_id = coalesce(?2, (
  SELECT max(id) FROM (
    SELECT id FROM leads WHERE id > (SELECT lead_id FROM recheck_cursor WHERE one = 1)
    ORDER BY id LIMIT ?1
  )
), '') WHERE one = 1
