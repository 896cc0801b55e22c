UPDATE outbox_cursors SET seq = ?2 WHERE consumer = ?1 AND seq < ?2
