-- A lead cannot be stored without saying so: the event that tells of it is part of the very
-- statement that stores it. A lead has one such event, so the lead's id names it too.
CREATE TRIGGER leads_announced AFTER INSERT ON leads BEGIN
  INSERT INTO events (id, lead_id, occurred_at, kind)
  VALUES (new.id, new.id, new.captured_at, '"lead.created"');
END;
