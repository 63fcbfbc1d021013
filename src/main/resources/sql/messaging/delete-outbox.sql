-- Removes events that every in-sync replica has acknowledged. Does not wait for the disk: a removal that a crash of the
-- server forgets is an event sent twice.
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
DELETE FROM outbox
USING unhurried, unnest(:shards::smallint[], :ids::bigint[]) AS sent (shard, outbox_id)
WHERE outbox.shard = sent.shard AND outbox.outbox_id = sent.outbox_id
