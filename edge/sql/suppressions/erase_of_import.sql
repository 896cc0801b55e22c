DELETE FROM suppressions WHERE import_id = ?1 AND import_id <> ''
