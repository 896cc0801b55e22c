SELECT json_object(
  'id', id, 'name', name, 'email', email, 'company', company,
  'mailbox_key', coalesce(details ->> '$.mailbox_key', ''),
  'is_role', json(iif(instr(details -> '$.assessment.reasons', '"role"'), 'true', 'false')),
  'phone', coalesce(details ->> '$.phone.e164', ''),
  'street', coalesce(details ->> '$.answers.street', details ->> '$.answers.street_address', details ->> '$.answers.address', ''),
  'locality', coalesce(details ->> '$.answers.city', details ->> '$.answers.locality', ''),
  'postcode', coalesce(details ->> '$.answers.postal_code', details ->> '$.answers.postcode', details ->> '$.answers.zip', ''),
  'region', coalesce(details ->> '$.answers.state_region', details ->> '$.answers.state', details ->> '$.answers.region', '')
) AS person
FROM leads WHERE id > ?1 ORDER BY id LIMIT ?2
