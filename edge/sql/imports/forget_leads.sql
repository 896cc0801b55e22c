DELETE FROM import_leads WHERE import_id = ?1 AND lead_id IN (
  SELECT value ->> 'id' FROM json_each(?2)
)
