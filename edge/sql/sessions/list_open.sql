SELECT token_hash AS hash, expires_at AS ends_at FROM sessions
WHERE token_hash IN (SELECT value FROM json_each(?1)) AND expires_at > ?2
UNION ALL
SELECT secret_hash, NULL FROM api_keys
WHERE secret_hash IN (SELECT value FROM json_each(?1)) AND revoked_at IS NULL
