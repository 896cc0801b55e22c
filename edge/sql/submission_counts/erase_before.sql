DELETE FROM submission_counts WHERE day < ?1
