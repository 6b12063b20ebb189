-- What a mail is called, and what it answers, JSON: the chain that it belongs to. None: it was stored before this was.
ALTER TABLE mails ADD COLUMN names TEXT;

CREATE TABLE mail_names (
    name    TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    mail    TEXT NOT NULL,
    PRIMARY KEY (name, mailbox, mail),
    FOREIGN KEY (mailbox, mail) REFERENCES mails (mailbox, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX mail_names_of ON mail_names (mailbox, mail);

-- Which mails belong to which ticket, as the tickets say themselves: all of it is found again from there.
CREATE TABLE mail_links (
    name      TEXT    NOT NULL,
    source    TEXT    NOT NULL,
    ticket    INTEGER NOT NULL,
    since     INTEGER NOT NULL,
    -- The ticket as last read.
    status    INTEGER NOT NULL,
    priority  INTEGER NOT NULL,
    -- It has moved since its mails were last looked after.
    stirred   INTEGER NOT NULL,
    -- How the ticket stood when they were.
    moved_for TEXT,
    PRIMARY KEY (name, source, ticket)
) WITHOUT ROWID;
CREATE INDEX mail_links_of ON mail_links (source, ticket);
CREATE INDEX mail_links_stirred ON mail_links (stirred) WHERE stirred;
