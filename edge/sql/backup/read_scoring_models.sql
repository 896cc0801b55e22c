SELECT json_array(
  version, definition, published_at, author, note
) AS row, json_array(version) AS place
FROM scoring_models WHERE version > CAST(?1 ->> 0 AS INTEGER) ORDER BY version LIMIT ?2
