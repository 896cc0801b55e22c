INSERT INTO sign_in_links (token_hash, created_at) VALUES (?1, ?2)
