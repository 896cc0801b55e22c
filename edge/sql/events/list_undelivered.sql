SELECT id, lead_id, occurred_at, kind FROM events
WHERE seq > (SELECT seq FROM outbox_cursors WHERE consumer = ?1) AND seq <= ?2 ORDER BY seq
