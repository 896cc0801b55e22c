WITH RECURSIVE gone (id) AS (
  SELECT ?1 UNION SELECT m.merged_id FROM gone JOIN merges AS m ON m.survivor_id = gone.id
)
DELETE FROM merges WHERE survivor_id IN (SELECT id FROM gone) OR merged_id IN (SELECT id FROM gone)
