-- Removes events that every in-sync replica has acknowledged. A few do not wait for the disk: a removal that a crash of the
-- server forgets is an event sent twice. Many do wait: until a removal is on disk, each read passes over what it removed.
WITH patience AS MATERIALIZED (
  SELECT set_config('synchronous_commit', CASE WHEN :many THEN current_setting('synchronous_commit') ELSE 'off' END, true))
DELETE FROM outbox
USING patience, unnest(:shards::smallint[], :ids::bigint[]) AS sent (shard, outbox_id)
WHERE outbox.shard = sent.shard AND outbox.outbox_id = sent.outbox_id
