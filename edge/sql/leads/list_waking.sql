SELECT id, form_id, captured_at, updated_at, version, name, email, company, source, stage, cell,
  fit, engagement, verdict, details
FROM leads
WHERE details ->> '$.rejection.wake_at' IS NOT NULL
  AND details ->> '$.rejection.wake_at' >= (SELECT wake_at FROM waking_cursor WHERE one = 1)
  AND details ->> '$.rejection.wake_at' <= ?1
  AND (details ->> '$.rejection.wake_at', id)
    > (SELECT wake_at, lead_id FROM waking_cursor WHERE one = 1)
ORDER BY details ->> '$.rejection.wake_at', id LIMIT ?2
