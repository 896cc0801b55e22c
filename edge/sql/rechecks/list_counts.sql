SELECT before, after, leads FROM recheck_counts WHERE day >= ?1
