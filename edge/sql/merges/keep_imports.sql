UPDATE import_leads SET version = undone.survivor_version + 1
FROM merges AS undone
WHERE undone.id = ?1 AND undone.undone_at IS NOT NULL
  AND import_leads.lead_id = undone.survivor_id
  AND import_leads.version = undone.survivor_before ->> 'version'
