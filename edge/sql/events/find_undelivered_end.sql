SELECT max(seq) AS up_to, count(*) AS events FROM (
  SELECT seq FROM events
  WHERE seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) ORDER BY seq LIMIT ?2
)
