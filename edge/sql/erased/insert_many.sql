INSERT OR IGNORE INTO erased (hash, erased_at) SELECT value, ?2 FROM json_each(?1)
