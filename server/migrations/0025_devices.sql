-- A lost phone: which device a session is on, and whether the technician revoked it.
ALTER TABLE devices ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN revoked_at INTEGER;
ALTER TABLE sessions ADD COLUMN device BLOB;
ALTER TABLE sessions ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0;
