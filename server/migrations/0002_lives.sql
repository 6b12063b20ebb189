-- Each start of the server is a life with a random name; cursors carry the name of the life that gave them. A database
-- restored from a backup lacks the lives, or the ends of lives, that phones remember: so they start over.
CREATE TABLE lives (
    num        INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    started_at INTEGER NOT NULL
);

-- How far each feed was when a life began.
CREATE TABLE life_starts (
    technician INTEGER NOT NULL REFERENCES technicians (id) ON DELETE CASCADE,
    life       INTEGER NOT NULL REFERENCES lives (num) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    PRIMARY KEY (technician, life)
) WITHOUT ROWID;
