DELETE FROM events WHERE seq IN (
  SELECT e.seq FROM json_each(?1) AS told JOIN events AS e ON e.lead_id = told.value ->> 'id'
  WHERE e.id <> told.value ->> 'event_id'
    AND NOT EXISTS (SELECT 1 FROM leads WHERE id = told.value ->> 'id')
)
