-- What was known of a lead before it was changed is kept since now. Of those that were changed earlier it is
-- not known, and is not made up.
UPDATE leads SET details = json_set(
  details,
  '$.known_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
  '$.cells_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
)
WHERE version > 1 AND details ->> '$.cells_since' IS NULL;
