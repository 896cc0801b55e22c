INSERT INTO events (id, lead_id, occurred_at, kind) SELECT ?1, ?2, ?3, ?4 WHERE changes() = 1
