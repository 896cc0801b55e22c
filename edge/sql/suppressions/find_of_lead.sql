SELECT reason FROM suppressions
WHERE email_key = (SELECT details ->> '$.mailbox_key' FROM leads WHERE id = ?1)
