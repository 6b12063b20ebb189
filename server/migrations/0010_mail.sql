-- Mailboxes that somebody has connected, and what was read of them.
CREATE TABLE mailboxes (
    address      TEXT    PRIMARY KEY,
    -- Whose it is; none: the service's.
    owner        INTEGER REFERENCES technicians (id) ON DELETE CASCADE,
    -- The sealed refresh token; none where the service account signs.
    key_id       TEXT,
    sealed       BLOB,
    state        TEXT    NOT NULL,
    -- How far its history has been read: Google's own text. None: all of it is to be read.
    history      TEXT,
    -- Ids of the three labels, JSON.
    labels       TEXT    NOT NULL,
    refreshed_at INTEGER
) WITHOUT ROWID;

-- Technicians whose feeds have a mailbox's threads.
CREATE TABLE mailbox_readers (
    mailbox    TEXT    NOT NULL REFERENCES mailboxes (address) ON DELETE CASCADE,
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    PRIMARY KEY (mailbox, technician)
) WITHOUT ROWID;

CREATE TABLE mails (
    mailbox  TEXT    NOT NULL REFERENCES mailboxes (address) ON DELETE CASCADE,
    id       TEXT    NOT NULL,
    thread   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    -- Ids of its labels, JSON.
    labels   TEXT    NOT NULL,
    -- zstd of JSON.
    body     BLOB    NOT NULL,
    PRIMARY KEY (mailbox, id)
);
CREATE INDEX mails_of_thread ON mails (mailbox, thread, at, id);
