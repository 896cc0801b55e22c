UPDATE import_leads SET version = import_leads.version + 1
FROM json_each(?1) AS change
WHERE import_leads.lead_id = change.value ->> 'id'
  AND import_leads.version = (change.value ->> 'version') - 1
