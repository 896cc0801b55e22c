SELECT expires_at FROM sessions WHERE token_hash = ?1 AND expires_at > ?2
