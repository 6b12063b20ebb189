-- The ticket's number as the phone knew it before GLPI gave it one: changes that name it come late, or again.
ALTER TABLE changes ADD COLUMN local INTEGER;
CREATE INDEX changes_local ON changes (technician, source, local) WHERE local IS NOT NULL;
