DELETE FROM quarantine WHERE id < ?1
