SELECT id, lead_id, occurred_at, kind FROM events WHERE lead_id = ?1 ORDER BY seq LIMIT ?2
