INSERT OR IGNORE INTO erased (hash, erased_at)
SELECT value ->> 0, value ->> 1 FROM json_each(?1)
