UPDATE imports SET name = '' WHERE EXISTS (
  SELECT 1 FROM json_each(?1) AS said WHERE instr(lower(imports.name), said.value) > 0
)
