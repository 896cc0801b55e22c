DELETE FROM leads WHERE (id, version) IN (
  SELECT value ->> 'id', value ->> 'version' FROM json_each(?1)
)
