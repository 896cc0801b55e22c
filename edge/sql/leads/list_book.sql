SELECT id, form_id, captured_at, stage, details ->> '$.score.cell' AS cell, source, verdict,
  details ->> '$.assessment.domain_class' AS class,
  coalesce(details ->> '$.assessment.provider', '') AS provider,
  coalesce(details -> '$.phone', 'null') AS phone,
  coalesce(details ->> '$.rejection.reason', '') AS rejection,
  coalesce(details ->> '$.rejected_for', '') AS rejected_for,
  coalesce(details ->> '$.won_at', '') AS won_at,
  coalesce(details -> '$.history', '[]') AS history,
  coalesce(details ->> '$.known_since', '') AS known_since, details -> '$.answers' AS answers,
  details -> '$.attribution' AS attribution,
  details -> '$.observations' AS observations
FROM leads WHERE id > ?1 ORDER BY id LIMIT ?2
