SELECT e.seq FROM json_each(?1) AS rows
JOIN events AS e ON e.seq = rows.value ->> '$[0]'
WHERE e.id <> rows.value ->> '$[1]' LIMIT 1
