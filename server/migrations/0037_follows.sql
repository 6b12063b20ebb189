-- How far each thread has come that follows its ticket, while that ticket has mails that have not yet: an intent, and what
-- came of it.
CREATE TABLE follows (
    source   TEXT    NOT NULL,
    ticket   INTEGER NOT NULL,
    mailbox  TEXT    NOT NULL,
    thread   TEXT    NOT NULL,
    standing TEXT    NOT NULL,
    -- How far the mailbox's history went before it was moved; none: it has followed.
    begun    TEXT,
    PRIMARY KEY (source, ticket, mailbox, thread)
) WITHOUT ROWID;
-- How far the mailbox's history went when they were last doubted: this database may have been put back to a copy.
ALTER TABLE mailboxes ADD COLUMN history_doubted TEXT;
