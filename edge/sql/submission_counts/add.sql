INSERT INTO submission_counts (day, network, form_id, stored, held)
SELECT ?1, value, ?3, ?4, ?5 FROM json_each(?2) WHERE changes() > 0
ON CONFLICT DO UPDATE SET stored = stored + excluded.stored, held = held + excluded.held
