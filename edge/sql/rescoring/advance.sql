UPDATE rescoring SET lead_id = iif(free.all_are, ?3, lead_id),
  looked_at = looked_at + iif(free.all_are, ?4, 0), changed = changed + free.count
FROM (
  SELECT count(*) AS count, count(*) = json_array_length(?5) AS all_are
  FROM json_each(?5) AS one
  JOIN leads AS l ON l.id = one.value ->> 'id' AND l.version = one.value ->> 'version'
) AS free
WHERE one = 1 AND rescoring.version = ?1 AND lead_id = ?2
