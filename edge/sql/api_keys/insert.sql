INSERT INTO api_keys (secret_hash, id, name, scopes, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
