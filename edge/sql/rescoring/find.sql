SELECT version, lead_id IS NULL AS is_done, coalesce(lead_id, '') AS lead_id, looked_at, changed
FROM rescoring WHERE one = 1
