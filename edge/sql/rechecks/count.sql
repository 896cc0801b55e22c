INSERT INTO recheck_counts (day, before, after, leads)
SELECT ?1, value ->> 'before', value ->> 'after', 1 FROM json_each(?2) WHERE true
ON CONFLICT DO UPDATE SET leads = leads + 1
