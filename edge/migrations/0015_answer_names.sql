-- What files of leads call their columns: rules may ask about these as they do about the fields of forms.
CREATE TABLE answer_names (name TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO answer_names (name)
SELECT DISTINCT answer.key FROM leads, json_each(leads.details, '$.answers') AS answer;
