-- Files on their way to GLPI: a phone hands them over in pieces, before the change that attaches them.
CREATE TABLE files (
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    -- SHA-256 of its bytes, in hexadecimal digits.
    hash       TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    -- All of it is there, and is what its hash says.
    whole      INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (technician, hash)
) WITHOUT ROWID;
CREATE INDEX files_idle ON files (seen_at);

CREATE TABLE file_pieces (
    technician INTEGER NOT NULL,
    hash       TEXT    NOT NULL,
    -- Where in the file it begins.
    place      INTEGER NOT NULL,
    key_id     TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    PRIMARY KEY (technician, hash, place),
    FOREIGN KEY (technician, hash) REFERENCES files (technician, hash) ON DELETE CASCADE ON UPDATE CASCADE
);
