-- How often a mail was put among those that came: a look that began before the last time does not end it.
ALTER TABLE new_mails ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
