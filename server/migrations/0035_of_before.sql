-- It may have been carried out by a server that this database does not know: it was put back to a backup since.
ALTER TABLE changes ADD COLUMN of_before INTEGER NOT NULL DEFAULT 0;
-- How far the mailbox's history had been read when this database was last put back to a backup.
ALTER TABLE mailboxes ADD COLUMN history_then TEXT;
-- GLPI's date of the ticket's last change as it was known then.
ALTER TABLE snapshots ADD COLUMN stood INTEGER;
-- A thread may have followed its ticket by a server that this database does not know.
ALTER TABLE mail_links ADD COLUMN of_before INTEGER NOT NULL DEFAULT 0;
-- A ticket that was made with it left its sight at once: what it does not find may be there.
ALTER TABLE accounts ADD COLUMN loses_sight INTEGER NOT NULL DEFAULT 0;
