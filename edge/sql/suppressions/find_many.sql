SELECT email_key, reason FROM suppressions WHERE email_key IN (SELECT value FROM json_each(?1))
