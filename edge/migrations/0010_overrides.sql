-- Leads whose cell a person has set, by the time it ends. Nobody else is in it.
CREATE INDEX leads_by_override ON leads (details ->> '$.review.until')
WHERE details ->> '$.review.until' IS NOT NULL;
