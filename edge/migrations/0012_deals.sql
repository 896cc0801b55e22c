-- Leads of which somebody has noted what the deal would be worth. Nobody else is in it.
CREATE INDEX leads_by_deal ON leads (id) WHERE details ->> '$.answers.deal_value' IS NOT NULL;
