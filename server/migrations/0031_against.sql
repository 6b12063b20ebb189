-- What the technician was shown of each, and insists against, JSON. What was insisted on before that was kept is asked once
-- more.
ALTER TABLE changes ADD COLUMN against TEXT;
ALTER TABLE changes DROP COLUMN insist;
