-- A lead that comes back from a backup brings its events along: it is not announced again.
DROP TRIGGER leads_announced;
CREATE TRIGGER leads_announced AFTER INSERT ON leads
WHEN NOT EXISTS (SELECT 1 FROM events WHERE lead_id = new.id) BEGIN
  INSERT INTO events (id, lead_id, occurred_at, kind)
  VALUES (new.id, new.id, new.captured_at, '"lead.created"');
END;
