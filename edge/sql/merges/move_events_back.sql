UPDATE events SET lead_id = (SELECT merged_id FROM merges WHERE id = ?1)
WHERE seq IN (
  SELECT e.value FROM merges AS m JOIN json_each(m.events) AS e
  WHERE m.id = ?1 AND m.undone_at IS NOT NULL
)
