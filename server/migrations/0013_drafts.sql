-- The draft at Google that an answer was laid down as: it is sent by this id, once.
ALTER TABLE changes ADD COLUMN draft TEXT;
