DELETE FROM plain_suppressions WHERE email_key IN (SELECT value FROM json_each(?1))
