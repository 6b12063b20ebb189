-- Instants are seconds since 1970 in UTC, unless the name says _ms.

CREATE TABLE technicians (
    id         INTEGER PRIMARY KEY,
    -- The life of this technician's feed: a new one makes his phones start over.
    epoch      TEXT    NOT NULL,
    feed_seq   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
);

CREATE TABLE accounts (
    id            INTEGER PRIMARY KEY,
    technician    INTEGER NOT NULL REFERENCES technicians (id),
    source        TEXT    NOT NULL,
    glpi_user     INTEGER NOT NULL,
    -- The account as the phone knows it, JSON.
    body          TEXT    NOT NULL,
    signed_in     INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    -- How far this GLPI has been read for him: its newest stamp, local time as it writes it.
    read_until    TEXT,
    refreshed_at  INTEGER,
    reconciled_at INTEGER,
    reference_at  INTEGER,
    UNIQUE (source, glpi_user),
    UNIQUE (technician, source)
);

CREATE TABLE credentials (
    account    INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    key_id     TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    -- Set by a sign-out that leaves changes in custody.
    expires_at INTEGER
);

CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY,
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_of ON sessions (technician);

CREATE TABLE devices (
    id         BLOB    NOT NULL,
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    PRIMARY KEY (technician, id)
) WITHOUT ROWID;

CREATE TABLE changes (
    num         INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL,
    -- What its mark in GLPI says of it, short enough for a person to quote.
    mark        TEXT    NOT NULL,
    device      BLOB    NOT NULL,
    technician  INTEGER NOT NULL REFERENCES technicians (id),
    source      TEXT    NOT NULL,
    ticket      INTEGER NOT NULL,
    -- Its place in the ticket's order: its own number, or that of the change it replaces.
    place       INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    phase       TEXT    NOT NULL CHECK (phase IN ('queued', 'intended', 'needs_you', 'delivered', 'withdrawn')),
    report      TEXT    NOT NULL,
    insist      INTEGER NOT NULL DEFAULT 0,
    withdraw    INTEGER NOT NULL DEFAULT 0,
    received_at INTEGER NOT NULL,
    settled_at  INTEGER,
    UNIQUE (device, id)
);
CREATE INDEX changes_on ON changes (source, ticket);
CREATE INDEX changes_of ON changes (technician, id);
CREATE INDEX changes_open ON changes (technician, source, ticket, place, num)
    WHERE phase IN ('queued', 'intended', 'needs_you');

-- A change taken back before it arrived.
CREATE TABLE withdrawals (
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    change     BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (technician, change)
) WITHOUT ROWID;

-- What each technician's phones are told, in order. One row a thing: what moves again takes a new seq.
CREATE TABLE feed (
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    kind       INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    -- zstd of JSON; none for a ticket that left.
    body       BLOB
);
CREATE UNIQUE INDEX feed_thing ON feed (technician, kind, key);
CREATE UNIQUE INDEX feed_order ON feed (technician, seq);

-- What the reader must know of each ticket in the feed without opening it.
CREATE TABLE snapshots (
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    source     TEXT    NOT NULL,
    ticket     INTEGER NOT NULL,
    modified   INTEGER NOT NULL,
    -- Its timeline is in the feed too.
    complete   INTEGER NOT NULL,
    -- Its stamp was seen for the first time just now: what else came within that second is only known by a read
    -- after this instant. 0 when that has been done.
    doubtful   INTEGER NOT NULL,
    digest     INTEGER NOT NULL,
    PRIMARY KEY (technician, source, ticket)
) WITHOUT ROWID;
