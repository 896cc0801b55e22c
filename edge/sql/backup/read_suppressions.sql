SELECT json_array(
  email_key, reason, created_at, import_id
) AS row, json_array(email_key) AS place
FROM suppressions WHERE email_key > ?1 ->> 0 ORDER BY email_key LIMIT ?2
