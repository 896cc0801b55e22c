-- How much came through a form in a day, and from each network, which is named by a hash that is another one
-- each day. The form as a whole is the network without a name.
CREATE TABLE submission_counts (
  day INTEGER NOT NULL,
  network TEXT NOT NULL,
  form_id TEXT NOT NULL,
  stored INTEGER NOT NULL,
  held INTEGER NOT NULL,
  PRIMARY KEY (day, network, form_id)
) WITHOUT ROWID;
