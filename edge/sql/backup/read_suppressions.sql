SELECT json_array(
  mailbox, reason, created_at, import_id
) AS row, json_array(mailbox, import_id) AS place
FROM suppressions WHERE (mailbox, import_id) > (?1 ->> 0, coalesce(?1 ->> 1, '')) ORDER BY mailbox, import_id LIMIT ?2
