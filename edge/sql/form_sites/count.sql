INSERT INTO form_sites (form_id, origin, first_at, last_at, starts, submissions)
SELECT ?1, ?2, ?3, ?3, ?4, ?5
WHERE (SELECT count(*) FROM form_sites WHERE form_id = ?1) < ?6
  OR EXISTS (SELECT 1 FROM form_sites WHERE form_id = ?1 AND origin = ?2)
ON CONFLICT DO UPDATE SET
  last_at = excluded.last_at,
  starts = starts + excluded.starts,
  submissions = submissions + excluded.submissions
