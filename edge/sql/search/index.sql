INSERT OR REPLACE INTO lead_search (rowid, lead_id, body, facets)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)
