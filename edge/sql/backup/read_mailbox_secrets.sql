SELECT json_array(id, secret, created_at) AS row, json_array(id) AS place
FROM mailbox_secrets WHERE id > ?1 ->> 0 ORDER BY id LIMIT ?2
