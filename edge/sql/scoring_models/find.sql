SELECT definition FROM scoring_models WHERE version = ?1
