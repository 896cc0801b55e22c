SELECT mailbox, reason FROM suppressions WHERE mailbox IN (SELECT value FROM json_each(?1))
UNION ALL
SELECT email_key, reason FROM plain_suppressions WHERE email_key IN (SELECT value FROM json_each(?1))
