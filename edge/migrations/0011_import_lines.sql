-- Which line changed a lead, so that the same line sent again is told the same.
ALTER TABLE import_leads ADD COLUMN line INTEGER NOT NULL DEFAULT 0;
