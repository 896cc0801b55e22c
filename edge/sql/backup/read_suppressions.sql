SELECT json_array(
  email_key, reason, created_at, import_id
) AS row, json_array(email_key, import_id) AS place
FROM suppressions WHERE (email_key, import_id) > (?1 ->> 0, coalesce(?1 ->> 1, '')) ORDER BY email_key, import_id LIMIT ?2
