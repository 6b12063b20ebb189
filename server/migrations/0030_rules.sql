-- Rules that make tickets of mails with nobody there.
CREATE TABLE rules (
    id       BLOB    PRIMARY KEY,
    -- The order in which they are asked.
    num      INTEGER NOT NULL UNIQUE,
    owner    INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    mailbox  TEXT    NOT NULL,
    -- The rule, JSON.
    body     TEXT    NOT NULL,
    -- Since when it is on; none: it is off.
    on_since INTEGER,
    -- It was tried as it is.
    tried    INTEGER NOT NULL
) WITHOUT ROWID;

-- What each did with a mail: at most one thing.
CREATE TABLE rule_deeds (
    rule    BLOB    NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    mailbox TEXT    NOT NULL,
    mail    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    -- The ticket that it reopened.
    reopens TEXT,
    -- JSON.
    body    TEXT    NOT NULL,
    PRIMARY KEY (rule, mailbox, mail)
) WITHOUT ROWID;
CREATE INDEX rule_deeds_at ON rule_deeds (rule, at);
CREATE INDEX rule_deeds_reopen ON rule_deeds (reopens, at) WHERE reopens IS NOT NULL;

-- Mails that came while a rule looked at their mailbox, and that it has not looked at yet.
CREATE TABLE new_mails (
    mailbox TEXT    NOT NULL,
    mail    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (mailbox, mail),
    FOREIGN KEY (mailbox, mail) REFERENCES mails (mailbox, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX new_mails_at ON new_mails (at);
