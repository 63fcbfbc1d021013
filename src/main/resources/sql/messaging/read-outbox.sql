-- The oldest waiting events of some shards, in no order: one short index scan a shard, however long the outbox is. Sorting here
-- would copy each body twice. The body leaves as it is stored, so it comes as bytes. What comes after :bytesPerShard of bodies
-- is left for the next time.
SELECT o.shard, o.outbox_id, o.event_id, o.event_type, o.payment_id, o.order_id, o.at, convert_to(o.body, 'UTF8') AS body,
       o.correlation_id, o.traceparent
FROM unnest(:shards::smallint[]) AS held (shard)
CROSS JOIN LATERAL (
  SELECT *, sum(octet_length(body)) OVER (ORDER BY outbox_id ROWS UNBOUNDED PRECEDING) - octet_length(body) AS bytes_before
  FROM outbox
  WHERE outbox.shard = held.shard AND order_id <> ALL (:orders::text[])
  ORDER BY outbox_id LIMIT :perShard) AS o
WHERE o.bytes_before < :bytesPerShard
