-- Whoever is marketing qualified on arrival is announced as that, in the one event of its arrival.
DROP TRIGGER leads_announced;
CREATE TRIGGER leads_announced AFTER INSERT ON leads
WHEN NOT EXISTS (SELECT 1 FROM events WHERE lead_id = new.id) BEGIN
  INSERT INTO events (id, lead_id, occurred_at, kind)
  VALUES (new.id, new.id, new.captured_at, coalesce((
    SELECT json_object('lead.created', json_object('by', one.value ->> 'by'))
    FROM json_each(new.details, '$.qualified') AS one WHERE one.value ->> 'kind' = 'marketing'
  ), '"lead.created"'));
END;
