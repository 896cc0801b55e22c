SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads
WHERE id IN (
  SELECT id FROM (
    SELECT l.id, row_number() OVER (ORDER BY l.rank DESC, l.id DESC) AS by_rank,
      row_number() OVER (ORDER BY l.fit DESC, l.id DESC) AS by_fit
    FROM (
      SELECT DISTINCT lead_id FROM (
        SELECT lead_id FROM (SELECT lead_id, kind FROM events WHERE seq > 0 ORDER BY seq DESC LIMIT ?3)
        WHERE kind NOT LIKE '{"score.changed"%' LIMIT ?1
      )
    ) AS told
    JOIN leads AS l ON l.id = told.lead_id
    WHERE l.stage <> 'customer' AND l.details ->> '$.rejection' IS NULL
  )
  WHERE by_rank <= ?2 OR by_fit <= ?2
)
