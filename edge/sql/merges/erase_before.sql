DELETE FROM merges WHERE id < ?1
