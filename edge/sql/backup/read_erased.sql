SELECT json_array(hash, erased_at) AS row, json_array(hash) AS place
FROM erased WHERE hash > ?1 ->> 0 ORDER BY hash LIMIT ?2
