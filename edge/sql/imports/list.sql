SELECT id, name, lines, created_at, undone_at FROM imports ORDER BY id DESC LIMIT ?1
