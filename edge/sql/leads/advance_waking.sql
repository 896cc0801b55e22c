UPDATE waking_cursor SET wake_at = ?1, lead_id = ?2 WHERE one = 1
