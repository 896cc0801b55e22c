UPDATE rescoring SET lead_id = ?3, looked_at = looked_at + ?4, changed = changed + ?5
WHERE one = 1 AND version = ?1 AND lead_id = ?2
