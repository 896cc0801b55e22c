SELECT json_array(
  seq, id, lead_id, occurred_at, kind
) AS row, json_array(seq) AS place
FROM events WHERE seq > CAST(?1 ->> 0 AS INTEGER) ORDER BY seq LIMIT ?2
