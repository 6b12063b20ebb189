-- The tickets that took another GLPI's in their place, as they were made here: whoever can't see the new one, and finds no
-- note on the old one yet, makes no second.
CREATE TABLE carried (
    old_source TEXT    NOT NULL,
    old_ticket INTEGER NOT NULL,
    new_source TEXT    NOT NULL,
    new_ticket INTEGER NOT NULL,
    PRIMARY KEY (old_source, old_ticket, new_source, new_ticket)
) WITHOUT ROWID;
