-- When a life of the server was last known to run: a start long after it may be on a copy of before.
ALTER TABLE lives ADD COLUMN seen_at INTEGER;
-- Most of the time none is.
CREATE INDEX mail_links_of_before ON mail_links (source, ticket) WHERE of_before;
-- Whether a ticket may have left its maker's sight is asked of GLPI, by the numbers that it gave since.
ALTER TABLE accounts DROP COLUMN loses_sight;
