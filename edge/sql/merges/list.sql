SELECT m.id, m.survivor_id, m.merged_id, m.created_at, m.undone_at,
  coalesce(nullif(m.survivor_before ->> 'name', ''), m.survivor_before ->> 'email') AS survivor,
  coalesce(nullif(m.merged ->> 'name', ''), m.merged ->> 'email') AS merged
FROM merges AS m ORDER BY m.id DESC LIMIT ?1
