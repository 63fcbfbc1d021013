-- Removes events that every in-sync replica has acknowledged.
DELETE FROM outbox WHERE outbox_id = ANY (:ids)
