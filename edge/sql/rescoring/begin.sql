UPDATE rescoring SET version = ?1, lead_id = '', looked_at = 0, changed = 0
WHERE one = 1 AND version < ?1 AND EXISTS (SELECT 1 FROM scoring_models WHERE version = ?1)
