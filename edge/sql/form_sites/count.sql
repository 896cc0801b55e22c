WITH place AS (
  SELECT CASE
    WHEN (SELECT count(*) FROM form_sites WHERE form_id = ?1) < ?6
      OR EXISTS (SELECT 1 FROM form_sites WHERE form_id = ?1 AND origin = ?2)
    THEN ?2
    ELSE (
      SELECT origin FROM form_sites WHERE form_id = ?1 AND submissions = 0
      ORDER BY last_at, origin LIMIT 1
    )
  END AS origin
)
INSERT INTO form_sites (form_id, origin, first_at, last_at, starts, submissions)
SELECT ?1, place.origin, ?3, ?3, ?4, ?5 FROM place WHERE place.origin IS NOT NULL
ON CONFLICT (form_id, origin) DO UPDATE SET
  origin = ?2,
  first_at = iif(form_sites.origin = ?2, form_sites.first_at, excluded.first_at),
  last_at = excluded.last_at,
  starts = iif(form_sites.origin = ?2, form_sites.starts, 0) + excluded.starts,
  submissions = form_sites.submissions + excluded.submissions
