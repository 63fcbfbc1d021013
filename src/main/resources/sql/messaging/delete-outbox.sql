-- Removes events that every in-sync replica has acknowledged. Does not wait for the disk: a removal that a crash of the
-- server forgets is an event sent twice.
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
DELETE FROM outbox USING unhurried WHERE outbox_id = ANY (:ids)
