SELECT name FROM answer_names WHERE name > '' ORDER BY name LIMIT ?1
