DELETE FROM events
WHERE lead_id = ?1 AND seq < (SELECT seq FROM events WHERE lead_id = ?1 AND id = ?2)
