SELECT forms.id AS form_id, field.value ->> '$.name' AS name
FROM forms, json_each(definition, '$.fields') AS field
WHERE forms.id > '' ORDER BY forms.id
