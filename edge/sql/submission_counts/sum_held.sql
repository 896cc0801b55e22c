SELECT coalesce(sum(held), 0) AS held FROM submission_counts WHERE day = ?1 AND network = ''
