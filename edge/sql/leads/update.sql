UPDATE leads SET stage = ?3, updated_at = ?4, details = ?5, version = version + 1
WHERE id = ?1 AND version = ?2
