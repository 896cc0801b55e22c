SELECT coalesce(sum(leads), 0) AS leads FROM daily_counts WHERE day > ?1
