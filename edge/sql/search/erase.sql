DELETE FROM lead_search WHERE rowid = (SELECT min(seq) FROM events WHERE lead_id = ?1)
