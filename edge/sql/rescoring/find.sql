SELECT rescoring.version, lead_id IS NULL AS is_done,
  NOT EXISTS (SELECT 1 FROM leads WHERE id > lead_id) AS is_caught_up,
  coalesce(lead_id, '') AS lead_id, looked_at, changed, published_at
FROM rescoring JOIN scoring_models AS model ON model.version = rescoring.version
WHERE one = 1
