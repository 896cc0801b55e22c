SELECT definition FROM scoring_models ORDER BY version DESC LIMIT 1
