DELETE FROM suppressions WHERE import_id = ?1
