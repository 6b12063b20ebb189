-- Since when his phones start over: what was made before may have been carried out by a server that this database forgot.
ALTER TABLE technicians ADD COLUMN epoch_since INTEGER NOT NULL DEFAULT 0;
