-- The oldest waiting events of some shards, in no order: one short index scan a shard, however long the outbox is. Sorting here
-- would copy each body twice. The body leaves as it is stored, so it comes as bytes; one larger than :large is left where it is.
SELECT o.shard, o.outbox_id, o.event_id, o.event_type, o.payment_id, o.order_id, o.at,
       CASE WHEN octet_length(o.body) <= :large THEN convert_to(o.body, 'UTF8') END AS body,
       o.correlation_id, o.traceparent
FROM unnest(:shards::smallint[]) AS held (shard)
CROSS JOIN LATERAL (
  SELECT * FROM outbox
  WHERE outbox.shard = held.shard AND order_id <> ALL (:orders::text[])
  ORDER BY outbox_id LIMIT :perShard) AS o
