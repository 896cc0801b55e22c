-- Who asked to be contacted and was not answered yet, for the first places of Today.
CREATE INDEX leads_by_waiting ON leads (details ->> '$.waiting_since')
WHERE details ->> '$.waiting_since' IS NOT NULL;
-- Of those that are here, whoever asked in the last two days and was left as they came.
UPDATE leads SET details = json_set(
  details, '$.waiting_since', strftime('%Y-%m-%dT%H:%M:%fZ', captured_at / 1000.0, 'unixepoch')
)
WHERE captured_at > (strftime('%s', 'now') - 2 * 86400) * 1000
  AND stage IN ('lead', 'marketing_qualified')
  AND details ->> '$.rejection' IS NULL
  AND EXISTS (
    SELECT 1 FROM json_each(leads.details, '$.observations') AS seen
    WHERE seen.value ->> 'kind' = 'hand_raised'
  );
