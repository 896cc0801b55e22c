SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads
WHERE details ->> '$.rejection.wake_at' IS NOT NULL
  AND details ->> '$.rejection.wake_at' > ?1 AND details ->> '$.rejection.wake_at' <= ?2
ORDER BY details ->> '$.rejection.wake_at' LIMIT ?3
