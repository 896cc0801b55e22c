DELETE FROM quarantine WHERE mailbox IN (SELECT value FROM json_each(?1)) OR EXISTS (
  SELECT 1 FROM json_each(?2) AS said WHERE instr(lower(submission), said.value) > 0
)
