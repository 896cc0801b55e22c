SELECT version, published_at, author, note, json_array_length(definition, '$.rules') AS rules
FROM scoring_models ORDER BY version DESC LIMIT ?1
