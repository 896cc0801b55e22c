SELECT
  coalesce(sum(cell = 'A1'), 0) AS a1,
  coalesce(sum(cell = 'A1' AND is_won), 0) AS a1_won,
  coalesce(sum(cell = 'A2'), 0) AS a2,
  coalesce(sum(cell = 'A2' AND is_won), 0) AS a2_won,
  coalesce(sum(cell = 'A3'), 0) AS a3,
  coalesce(sum(cell = 'A3' AND is_won), 0) AS a3_won,
  coalesce(sum(cell = 'B1'), 0) AS b1,
  coalesce(sum(cell = 'B1' AND is_won), 0) AS b1_won,
  coalesce(sum(cell = 'B2'), 0) AS b2,
  coalesce(sum(cell = 'B2' AND is_won), 0) AS b2_won,
  coalesce(sum(cell = 'B3'), 0) AS b3,
  coalesce(sum(cell = 'B3' AND is_won), 0) AS b3_won,
  coalesce(sum(cell = 'C1'), 0) AS c1,
  coalesce(sum(cell = 'C1' AND is_won), 0) AS c1_won,
  coalesce(sum(cell = 'C2'), 0) AS c2,
  coalesce(sum(cell = 'C2' AND is_won), 0) AS c2_won,
  coalesce(sum(cell = 'C3'), 0) AS c3,
  coalesce(sum(cell = 'C3' AND is_won), 0) AS c3_won
FROM (
  SELECT coalesce(details ->> '$.cells[0].before', details ->> '$.score.cell') AS cell,
    stage = 'customer' AND coalesce(
      unixepoch(details ->> '$.won_at') * 1000 - captured_at <= ?3, 1
    ) AS is_won,
    details ->> '$.cells_since' AS cells_since
  FROM leads WHERE id < ?1 ORDER BY id DESC LIMIT ?2
)
WHERE cells_since IS NULL
