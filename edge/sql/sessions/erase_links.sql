DELETE FROM sign_in_links WHERE created_at <= ?1
