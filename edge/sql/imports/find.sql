SELECT id, name, lines, created_at, undone_at FROM imports WHERE id = ?1
