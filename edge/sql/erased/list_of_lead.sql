WITH RECURSIVE gone (id) AS (
  SELECT ?1 UNION SELECT m.merged_id FROM gone JOIN merges AS m ON m.survivor_id = gone.id
)
SELECT form_id, idempotency_key, email, name, details FROM leads WHERE id = ?1
UNION ALL
SELECT merged ->> 'form_id', merged ->> 'idempotency_key', merged ->> 'email', merged ->> 'name',
  merged ->> 'details'
FROM merges WHERE survivor_id IN (SELECT id FROM gone)
