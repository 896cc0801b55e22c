INSERT INTO sessions (token_hash, created_at, expires_at) SELECT ?1, ?2, ?3 WHERE changes() = 1
