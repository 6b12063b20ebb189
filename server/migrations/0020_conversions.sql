-- Short names of the Message-IDs in a thread, of what its mails answer too: one chain may lie in several mailboxes.
CREATE TABLE mail_names (
    name    TEXT NOT NULL,
    mailbox TEXT NOT NULL REFERENCES mailboxes (address) ON DELETE CASCADE,
    thread  TEXT NOT NULL,
    PRIMARY KEY (name, mailbox, thread)
) WITHOUT ROWID;
CREATE INDEX mail_names_of ON mail_names (mailbox);

-- Tickets that were made of mails of that name; known from our own work, and from marks in GLPI's descriptions.
CREATE TABLE ticket_mails (
    name   TEXT    NOT NULL,
    source TEXT    NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (name, source, ticket)
) WITHOUT ROWID;
CREATE INDEX ticket_mails_of ON ticket_mails (source, ticket);
