SELECT s.reason FROM leads AS l
JOIN suppressions AS s ON s.email_key IN (l.details ->> '$.mailbox_key', lower(l.email))
WHERE l.id = ?1 AND s.email_key <> '' LIMIT 1
