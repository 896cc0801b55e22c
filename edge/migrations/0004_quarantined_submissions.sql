-- What was held is kept as it was sent, with its page, so that it can be released into what it would
-- have become.
ALTER TABLE quarantine RENAME COLUMN answers TO submission;
UPDATE quarantine SET submission = json_object('answers', json(submission));
