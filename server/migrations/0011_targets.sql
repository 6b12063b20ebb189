-- What a change is on, where that is a thread of mails: `mailbox:id`; then `source` is empty and `ticket` 0.
ALTER TABLE changes ADD COLUMN thread TEXT NOT NULL DEFAULT '';
