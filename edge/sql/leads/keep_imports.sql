UPDATE import_leads SET version = import_leads.version + 1
FROM json_each(?1) AS change
JOIN leads ON leads.id = change.value ->> 'id' AND leads.version = change.value ->> 'version'
  AND leads.updated_at = change.value ->> 'updated_at'
WHERE import_leads.lead_id = change.value ->> 'id'
  AND import_leads.version = (change.value ->> 'version') - 1
