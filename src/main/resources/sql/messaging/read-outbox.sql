-- The oldest waiting events of some shards: one short index scan a shard, however long the outbox is.
SELECT o.shard, o.outbox_id, o.event_id, o.event_type, o.payment_id, o.order_id, o.at, o.body, o.correlation_id, o.traceparent
FROM unnest(:shards::smallint[]) AS held (shard)
CROSS JOIN LATERAL (
  SELECT * FROM outbox WHERE outbox.shard = held.shard ORDER BY outbox_id LIMIT :perShard) AS o
ORDER BY o.outbox_id
