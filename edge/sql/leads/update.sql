UPDATE leads SET stage = ?3, cell = ?4, rank = ?5, fit = ?6, engagement = ?7, updated_at = ?8,
  details = ?9, version = version + 1
WHERE id = ?1 AND version = ?2
