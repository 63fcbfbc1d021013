-- As read-outbox, without the events of some types, nor those that follow one of them in its order. For that all waiting events
-- of the shards are looked through, without their bodies; so it is asked only while a topic takes nothing.
WITH free AS MATERIALIZED (
  SELECT o.shard, o.outbox_id
  FROM unnest(:shards::smallint[]) AS held (shard)
  CROSS JOIN LATERAL (
    SELECT shard, outbox_id
    FROM (
      SELECT shard, outbox_id,
        bool_or(event_type = ANY (:types::text[])) OVER (PARTITION BY order_id COLLATE "C" ORDER BY outbox_id) AS waits
      FROM outbox
      WHERE outbox.shard = held.shard AND order_id <> ALL (:orders::text[])) AS looked_through
    WHERE NOT waits
    ORDER BY outbox_id LIMIT :perShard) AS o
)
SELECT o.shard, o.outbox_id, o.event_id, o.event_type, o.payment_id, o.order_id, o.at, convert_to(o.body, 'UTF8') AS body,
       o.correlation_id, o.traceparent
FROM (
  SELECT outbox.*,
    sum(octet_length(body)) OVER (PARTITION BY shard ORDER BY outbox_id ROWS UNBOUNDED PRECEDING) - octet_length(body) AS bytes_before
  FROM free JOIN outbox USING (shard, outbox_id)) AS o
WHERE o.bytes_before < :bytesPerShard
