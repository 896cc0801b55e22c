-- What was known of a lead before each change is kept since now. Of those that are here already it is not
-- known, and is not made up: also of those that nobody has touched, for these are the ones that nobody has won.
UPDATE leads SET details = json_set(
  details,
  '$.known_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
  '$.cells_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
);
-- The same for what an undo brings back.
UPDATE import_leads SET before = json_set(before, '$.details', json_set(
  before ->> '$.details',
  '$.known_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
  '$.cells_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
) || '')
WHERE before IS NOT NULL;
UPDATE merges SET
  survivor_before = json_set(survivor_before, '$.details', json_set(
    survivor_before ->> '$.details',
    '$.known_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    '$.cells_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
  ) || ''),
  merged = json_set(merged, '$.details', json_set(
    merged ->> '$.details',
    '$.known_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    '$.cells_since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
  ) || '');
