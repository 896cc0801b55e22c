INSERT INTO scoring_models (version, definition, published_at, author, note)
SELECT ?1, ?2, ?3, ?4, ?5
WHERE (SELECT max(version) FROM scoring_models) = ?1 - 1
