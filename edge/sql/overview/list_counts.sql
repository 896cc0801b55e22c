SELECT day, source, cell, stage, leads FROM daily_counts WHERE day >= ?1 AND leads > 0
