SELECT i.lead_id, i.version, i.before IS NULL AS is_new, l.version = i.version AS is_unchanged
FROM import_leads AS i LEFT JOIN leads AS l ON l.id = i.lead_id
WHERE i.import_id = ?1 LIMIT ?2
