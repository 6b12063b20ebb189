-- What is known of a change whose outcome GLPI never told, JSON.
ALTER TABLE changes ADD COLUMN evidence TEXT;
