DELETE FROM leads WHERE id = (SELECT merged_id FROM merges WHERE id = ?1)
