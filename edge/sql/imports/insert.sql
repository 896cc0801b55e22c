INSERT INTO imports (id, name, lines, created_at) VALUES (?1, ?2, ?3, ?4)
