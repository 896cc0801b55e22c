SELECT json_array(
  day, before, after, leads
) AS row, json_array(day, before, after) AS place
FROM recheck_counts WHERE (day, before, after) > (CAST(?1 ->> 0 AS INTEGER), ?1 ->> 1, ?1 ->> 2) ORDER BY day, before, after LIMIT ?2
