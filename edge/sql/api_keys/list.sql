SELECT id, name, scopes, created_at, revoked_at FROM api_keys LIMIT ?1
