SELECT json_array(
  import_id, lead_id, version, before, line
) AS row, json_array(import_id, lead_id) AS place
FROM import_leads WHERE (import_id, lead_id) > (?1 ->> 0, ?1 ->> 1) ORDER BY import_id, lead_id LIMIT ?2
