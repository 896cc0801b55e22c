DELETE FROM import_leads WHERE lead_id = ?1
