SELECT definition, (SELECT definition FROM scoring_models ORDER BY version DESC LIMIT 1) AS model
FROM forms WHERE id = ?1
