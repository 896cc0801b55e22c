DELETE FROM merges WHERE survivor_id = ?1 OR merged_id = ?1
