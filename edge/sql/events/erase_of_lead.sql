DELETE FROM events WHERE lead_id = ?1
