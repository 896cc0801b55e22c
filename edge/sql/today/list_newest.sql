SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads
WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (ORDER BY rank DESC, id DESC) AS by_rank,
      row_number() OVER (ORDER BY fit DESC, id DESC) AS by_fit
    FROM (SELECT id, rank, fit, stage, details FROM leads WHERE id < 'g' ORDER BY id DESC LIMIT ?1)
    WHERE stage <> 'customer' AND details ->> '$.rejection' IS NULL
  )
  WHERE by_rank <= ?2 OR by_fit <= ?2
)
