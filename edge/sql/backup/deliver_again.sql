UPDATE outbox_cursors SET seq = 0
